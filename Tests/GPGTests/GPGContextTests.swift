import Foundation
import GPG
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct GPGContextTests {
    private func withHome(_ body: (FilePath) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let home = directory.appending("home")
            try makeDirectories(home, permissions: .ownerReadWriteExecute)
            try await body(home)
            try await shell("gpgconf --homedir '\(home)' --kill all")
        }
    }

    /// Encrypts `text` and returns what gpg made of it.
    private func encrypt(_ text: String, home: FilePath, password: Secret) throws -> [UInt8] {
        try ChildProcesses.adoptOrphans()
        let encryption = try GPGContext.open(home: home).encrypt(password: password)
        let output = ByteBuffer()
        try Array(text.utf8).withUnsafeBytes { try encryption.input.writePaced($0) }
        encryption.inputHasEnded()
        let reading = try Thread.start(named: "reading") {
            while let count = try? encryption.output.readPaced(into: output, limit: 65536), count > 0 {}
            encryption.outputHasEnded()
        }
        try encryption.run(every: .seconds(1)) {}
        reading.join()
        return output.array
    }

    /// In a process of its own: the one that encrypts adopts and buries processes, which other tests may be waiting for.
    @Test func `what is encrypted is opened by gpg with the password, and is not compressed`() async throws {
        await #expect(processExitsWith: .success) { try await GPGContextTests().encryptAndLookAtPackets() }
    }

    private func encryptAndLookAtPackets() async throws {
        try await withHome { home in
            let file = home.removingLastComponent().appending("file")
            try Data(try encrypt("some text", home: home, password: Secret("pass word"))).write(
                to: URL(filePath: file.string)
            )
            let decrypt = "gpg --homedir '\(home)' --batch --quiet --pinentry-mode loopback --passphrase-fd 0"
            #expect(try await shell("\(decrypt) -d '\(file)'", input: "pass word\n") == "some text")
            let packets = try await shell("\(decrypt) --list-packets '\(file)' 2>/dev/null", input: "pass word\n")
            #expect(packets.contains(":symkey enc packet: version 4, cipher 9, aead 0,s2k 3, hash 10"))
            #expect(packets.contains("count 65011712 "))
            #expect(packets.contains("mdc_method: 2"))
            #expect(!packets.contains("compressed packet"))
        }
    }

    @Test func `the options are written for this user alone`() async throws {
        try await withHome { home in
            _ = try GPGContext.open(home: home)
            #expect(try await shell("stat -c %a '\(home)'/*.conf | sort -u") == "600\n")
        }
    }

    @Test func `a home that is not there is an error`() throws {
        #expect(throws: GPGError.self) { _ = try GPGContext.open(home: "/nonexistent/home") }
    }
}
