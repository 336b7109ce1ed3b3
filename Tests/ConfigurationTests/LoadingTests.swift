import Configuration
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite final class LoadingTests {
    private let directory: FilePath

    init() throws {
        directory = FilePath("/tmp/nexus-backup-test-\(UUID())")
        try makeDirectory("etc/nexus-backup")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    private func makeDirectory(_ name: String) throws {
        let path = directory.appending(FilePath(name).components)
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    private func write(_ bytes: some Sequence<UInt8>, to name: String = "config.toml") throws -> FilePath {
        let path = directory.appending(FilePath(name).components)
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(bytes) }
        return path
    }

    @Test func `a file is read and its paths are looked up below the root`() throws {
        let file = try write("[storage]\nbackups = '/b'".utf8)
        #expect(try Configuration.load(from: file).storage.backups == "/b")
        let rooted = try Configuration.load(from: file, root: "/r")
        #expect(rooted.storage == .init(snapshots: "/r/broot/snapshot/snapshots", backups: "/r/b"))
    }

    @Test func `errors name the file`() throws {
        let file = try write("[storage]\nx = 1".utf8)
        let error = try #require(throws: ConfigurationError.self) { try Configuration.load(from: file) }
        #expect(error.description.hasPrefix("\(file.string):2: "))
    }

    @Test func `a file that is not there is an error`() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(from: directory.appending("none.toml"))
        }
        #expect(error.message == "There is no such file.")
    }

    @Test func `without a default file the default holds, below the root`() throws {
        let configuration = try Configuration.loadDefault(root: directory)
        #expect(configuration.storage.backups == directory.appending("broot").appending("backups"))
    }

    @Test func `the default file is found below the root`() throws {
        _ = try write("[storage]\nbackups = '/b'".utf8, to: "etc/nexus-backup/config.toml")
        #expect(try Configuration.loadDefault(root: directory).storage.backups == directory.appending("b"))
    }

    @Test func `a file over 1 MiB, one that is not UTF-8, a directory and a FIFO are errors`() throws {
        func message(_ file: FilePath) throws -> String {
            try #require(throws: ConfigurationError.self) { try Configuration.load(from: file) }.description
        }
        let comment = [UInt8](String(repeating: "#\n", count: 1 << 19).utf8)
        #expect(try Configuration.load(from: write(comment)).sources.count == 2)
        #expect(try message(write(comment + [0x23])).contains("longer than 1048576 bytes"))
        #expect(try message(write([0x0A, 0x23, 0xFF, 0x0A])).hasSuffix(":2: The text is not UTF-8."))
        #expect(try message(directory).contains("can't be read"))
        #expect(unsafe mkfifo(directory.appending("fifo").string, 0o600) == 0)
        #expect(try message(directory.appending("fifo")).contains("can't be read"))
    }

    @Test func `sources are looked at on the disk`() throws {
        try makeDirectory("a")
        let one = "[[source]]\nname='a'\npath='/a'\nkind='data'\n"
        try Configuration.load(from: write(one.utf8), root: directory).validateOnDisk()

        func complaint(_ text: String) throws -> ConfigurationError {
            let configuration = try Configuration.load(from: write((one + text).utf8), root: directory)
            return try #require(throws: ConfigurationError.self) { try configuration.validateOnDisk() }
        }
        let missing = try complaint("[[source]]\nname='b'\npath='/b'\nkind='data'\n")
        #expect(missing.line == 5)
        #expect(missing.message.hasSuffix("\(directory.string)/b, does not exist."))
        let file = try complaint("[[source]]\nname='b'\npath='/config.toml'\nkind='data'\n")
        #expect(file.message.hasSuffix("is not a directory."))
        let link = directory.appending("l").string
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a")
        let twice = try complaint("[[source]]\nname='b'\npath='/l'\nkind='data'\n")
        #expect(twice.message.hasSuffix("is the directory of the source \"a\" too."))
        let storage = try complaint("[storage]\nbackups='/l'\n")
        #expect(storage.message.hasSuffix("/a, is the directory of the backups, \(directory.string)/l."))
    }
}
