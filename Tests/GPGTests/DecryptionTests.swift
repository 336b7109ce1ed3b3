import Foundation
import GPG
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct DecryptionTests {
    /// Decrypts `message` and returns what came out.
    private func decrypt(_ message: Data, password: String, home: FilePath) throws -> [UInt8] {
        let decryption = try GPGContext.open(home: home).decrypt(password: Secret(password))
        let writing = try Thread.start(named: "writing") {
            message.withUnsafeBytes { bytes in _ = try? decryption.input.writePaced(bytes) }
            decryption.inputHasEnded()
        }
        let output = ByteBuffer()
        let reading = try Thread.start(named: "reading") {
            while let count = try? decryption.output.readPaced(into: output, limit: 65536), count > 0 {}
            decryption.outputHasEnded()
        }
        let result = Result { try decryption.run(every: .seconds(1)) {} }
        writing.join()
        reading.join()
        try result.get()
        return output.array
    }

    private func failure(_ message: Data, password: String = "pass word", home: FilePath) -> DecryptionFailure? {
        do {
            _ = try decrypt(message, password: password, home: home)
            return nil
        } catch {
            return error as? DecryptionFailure
        }
    }

    /// In a process of its own: the one that decrypts adopts and buries processes, which other tests may be waiting for.
    @Test func `what gpg encrypted comes out, and each way to fail is told from the others`() async throws {
        await #expect(processExitsWith: .success) { try await DecryptionTests().decryptGoodAndBad() }
    }

    private func decryptGoodAndBad() async throws {
        signal(SIGPIPE, SIG_IGN)
        try await withTemporaryDirectory { directory in
            let home = directory.appending("home")
            try makeDirectories(home, permissions: .ownerReadWriteExecute)
            try await shell(
                """
                cd '\(directory)'
                head -c 3000000 /dev/urandom >plain
                gpg --homedir home --batch --quiet --pinentry-mode loopback --passphrase-fd 0 --compress-algo none \\
                    --s2k-count 1024 -o message -c plain
                """,
                input: "pass word\n"
            )
            try ChildProcesses.adoptOrphans()
            let message = try Data(contentsOf: URL(filePath: directory.appending("message").string))
            let plain = try Data(contentsOf: URL(filePath: directory.appending("plain").string))
            #expect(try Data(decrypt(message, password: "pass word", home: home)) == plain)
            guard case .badPassword? = failure(message, password: "wrong", home: home) else {
                throw TestSupportError(description: "the wrong password was not told as one")
            }
            var flipped = message
            flipped[2_000_000] ^= 4
            for damaged in [flipped, message.prefix(1_000_000), message.prefix(5), Data(), plain] {
                guard case .damaged? = failure(Data(damaged), home: home) else {
                    throw TestSupportError(description: "\(damaged.count) bytes were not told as damaged")
                }
            }
            try await shell("gpgconf --homedir '\(home)' --kill all")
        }
    }
}
