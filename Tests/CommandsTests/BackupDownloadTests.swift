import BackupModel
import DBus
import Digest
import FoundationEssentials
import Glibc
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct BackupDownloadTests {
    private static let contents = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

    private static func sum(_ bytes: [UInt8]) throws -> String {
        guard var digest = SHA256() else { throw TestSupportError(description: "no SHA-256") }
        digest.update(bytes.span)
        return digest.hexadecimal()
    }

    /// Runs `body` with a service that has the file as export 7, and a directory to download it to.
    private func withExport(
        sha256: String? = nil,
        byteCount: Int = contents.count,
        errors: [String: BackupError.Code] = [:],
        _ body: (_ address: String, _ console: TestConsole, _ directory: FilePath) async throws -> Void
    ) async throws {
        let console = try TestConsole()
        let directory = console.directory.appending("downloads")
        try makeDirectories(directory, permissions: .ownerReadWriteExecute)
        var state = PeerService.State.of()
        state.file = console.directory.appending("export")
        try Data(Self.contents).write(to: URL(filePath: state.file.string))
        try await shell("truncate -s \(byteCount) \(state.file)")
        state.exports[0]["size"] = .uint64(UInt64(byteCount))
        state.exports[0]["sha256"] = .string(try sha256 ?? Self.sum(Self.contents))
        state.exports[0]["name"] = .string("nexus_backup_7.tar.gpg")
        state.errors = errors
        try await PeerService.serve(state) { try await body($0.address, console, directory) }
    }

    private func names(_ directory: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
    }

    private func bytes(_ path: FilePath) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: path.string)))
    }

    @Test func `a download is checked and gets its name at the end`() async throws {
        try await withExport { address, console, directory in
            let arguments = ["backup", "download", "7", "-o", directory.string, "--address", address]
            #expect(try await console.run(arguments) == 0)
            let file = directory.appending("nexus_backup_7.tar.gpg")
            let sum = try Self.sum(Self.contents)
            #expect(
                try console.outputText == """
                    Backup 7 was downloaded:
                      File     \(file)
                      Size     2.86 MiB (3000000 bytes)
                      SHA-256  \(sum), as it was when the backup was made

                    """
            )
            #expect(try names(directory) == ["nexus_backup_7.tar.gpg"])
            #expect(try bytes(file) == Self.contents)
            #expect(try await console.run(arguments) == 0)
            #expect(try console.outputText.contains("Backup 7 is there already:\n"))
        }
    }

    @Test(arguments: [(true, 1_500_000), (false, 0)])
    func `a download goes on where one of the same file was cut off, unless that part is damaged`(
        isIntact: Bool,
        kept: Int
    ) async throws {
        try await withExport { address, console, directory in
            var part = Array(Self.contents.prefix(1_500_000))
            if !isIntact { part[77] ^= 1 }
            let name = ".backup.\(try Self.sum(Self.contents).prefix(16)).partial"
            try Data(part).write(to: URL(filePath: directory.appending(name).string))
            let file = directory.appending("backup")
            let arguments = ["backup", "download", "7", "--json", "-o", file.string, "--address", address]
            #expect(try await console.run(arguments) == 0)
            #expect(try console.outputText.contains("\"kept_bytes\" : \(kept),"))
            #expect(try bytes(file) == Self.contents)
            #expect(try names(directory) == ["backup"])
        }
    }

    @Test func `a file that is not as it was written is not kept`() async throws {
        try await withExport(sha256: String(repeating: "0", count: 64)) { address, console, directory in
            let arguments = ["backup", "download", "7", "-o", directory.string, "--address", address]
            let status = try await console.run(arguments)
            #expect(status == BackupError.Code.corrupt.exitStatus)
            #expect(try console.errorText.contains("where it had 0000"))
            #expect(try names(directory) == [])
        }
    }

    @Test func `who may not list backups gets the file unchecked`() async throws {
        try await withExport(errors: ["GetList": .accessDenied]) { address, console, directory in
            let arguments = ["backup", "download", "7", "-o", directory.string, "--address", address]
            let status = try await console.run(arguments)
            #expect(status == 0)
            #expect(try console.outputText.contains("not compared, as the service does not tell its own"))
            #expect(try names(directory) == ["nexus_backup_7.tar.gpg"])
        }
    }

    @Test func `another file is never replaced, and what can't be written is said`() async throws {
        try await withExport { address, console, directory in
            let file = directory.appending("mine")
            try Data("mine".utf8).write(to: URL(filePath: file.string))
            for path in [file.string, "/dev/null", "/nowhere/file", "/proc/file"] {
                let arguments = ["backup", "download", "7", "-o", path, "--address", address]
                #expect(try await console.run(arguments) != 0, "\(path)")
            }
            #expect(try bytes(file) == Array("mine".utf8))
            #expect(try console.errorText.contains("mine is there already and is another file; remove it"))
            #expect(try console.errorText.contains("The directory /nowhere can't be opened"))
        }
    }

    @Test func `a second download to the same place is refused while one runs`() async throws {
        try await withExport { address, console, directory in
            let name = ".nexus_backup_7.tar.gpg.\(try Self.sum(Self.contents).prefix(16)).partial"
            let other = try Descriptor.open(
                directory.appending(name),
                [.readWrite, .create],
                permissions: .ownerReadWrite
            )
            #expect(try other.lockWithoutWaiting())
            let arguments = ["backup", "download", "7", "-o", directory.string, "--address", address]
            let status = try await console.run(arguments)
            #expect(status == BackupError.Code.busy.exitStatus)
            try other.close()
        }
    }

    @Test(arguments: [true, false])
    func `a signal ends a download, and its part stays where another can go on with it`(isKnown: Bool) async throws {
        // So large that it can't be complete before the signal is seen.
        let sum = isKnown ? String(repeating: "0", count: 64) : ""
        try await withExport(sha256: sum, byteCount: 4 << 30) { address, console, directory in
            let watch = SignalWatch([SIGUSR2])
            kill(getpid(), SIGUSR2)
            let arguments = ["backup", "download", "7", "-o", directory.string, "--address", address]
            let status = try await console.run(arguments) { $0.signals = watch }
            #expect(status == 128 + SIGUSR2)
            let names = try names(directory)
            #expect(names == (isKnown ? [".nexus_backup_7.tar.gpg.0000000000000000.partial"] : []))
            #expect(try console.errorText.contains(isKnown ? "goes on from there" : "before it was complete"))
        }
    }
}
