import Commands
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport

/// A console whose output and errors go to files, and a place for a test's files.
final class TestConsole: Sendable {
    let directory: FilePath
    private let output: SharedDescriptor
    private let errors: SharedDescriptor

    init() throws {
        directory = FilePath("/tmp/commands-tests-\(UUID())")
        try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
        output = SharedDescriptor(try Self.create(directory.appending("output")))
        errors = SharedDescriptor(try Self.create(directory.appending("errors")))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    private static func create(_ path: FilePath) throws -> Descriptor {
        try Descriptor.open(path, [.readWrite, .create, .exclusive], permissions: .ownerReadWrite)
    }

    /// A file that holds `text`.
    func file(_ text: String, name: String = "input") throws -> FilePath {
        let path = directory.appending(name)
        try Data(text.utf8).write(to: URL(filePath: path.string))
        return path
    }

    /// What was written to standard output.
    var outputText: String { get throws { try text("output") } }

    /// What was written to standard error.
    var errorText: String { get throws { try text("errors") } }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: directory.appending(name).string, encoding: .utf8)
    }

    /// Runs a command with `input` on its standard input.
    func run(
        _ arguments: [String],
        input: String = "",
        _ adjust: (inout Console) -> Void = { _ in }
    ) async throws -> Int32 {
        let file = SharedDescriptor(try Descriptor.open(try file(input), .readOnly))
        var console = Console()
        console.input = file.file
        console.output = output.file
        console.errors = errors.file
        console.terminal = "/nowhere"
        adjust(&console)
        let status = await Console.$current.withValue(console) { await NexusBackup.execute(arguments) }
        withExtendedLifetime(file) {}
        return status
    }
}
