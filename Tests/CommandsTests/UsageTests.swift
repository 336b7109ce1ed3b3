import ArgumentParser
import BackupModel
import Testing

@testable import Commands

@Suite struct UsageTests {
    @Test(arguments: [
        ["snapshot", "delete"], ["snapshot", "delete", "0"], ["snapshot", "delete", "-1"],
        ["snapshot", "delete", "+1"],
        ["snapshot", "delete", "4294967296"], ["snapshot", "delete", "1", "x"], ["backup", "create"],
        ["backup", "create", "1", "--compression", "gzip"], ["backup", "create", "1", "--max-rate", "fast"],
        ["backup", "create", "1", "2"], ["backup", "verify"], ["backup", "verify", "1", "--password", "x"],
        ["backup", "create", "1", "--password", "x"], ["backup", "status", "1"],
        ["snapshot", "show"], ["backup", "show", "x"], ["backup", "wait", "0"], ["export"], ["export", "1", "2"],
        ["status", "1"], ["snapshot", "activate"], ["snapshot", "activate", "1", "2"], ["snapshot", "undo", "1"],
        ["backup", "files"], ["backup", "files", "0"], ["backup", "search"], ["backup", "search", "abc", "def"],
        ["backup", "restore"], ["backup", "restore", "0"], ["backup", "restore", "1", "--password", "x"],
        ["restore"], ["restore", "--file", "x"], ["restore", "--target", "x"], ["verify"], ["verify", "x"],
        ["web", "token", "add"], ["web", "token", "revoke"], ["nonsense"], ["--nonsense"],
        ["snapshot", "list", "--address"],
    ])
    func `what can't be understood is refused with 64`(arguments: [String]) async throws {
        let console = try TestConsole()
        #expect(try await console.run(arguments) == 64)
        #expect(try console.outputText.isEmpty)
        #expect(try console.errorText.contains("Usage:"))
    }

    /// Every command there is, as it is typed.
    private static func commands(_ command: any ParsableCommand.Type, _ words: [String]) -> [[String]] {
        [words]
            + command.configuration.subcommands.flatMap {
                commands($0, words + [$0.configuration.commandName ?? ""])
            }
    }

    @Test func `every command has a help of whole sentences`() async throws {
        for words in Self.commands(NexusBackup.self, []) {
            let console = try TestConsole()
            #expect(try await console.run(words + ["--help"]) == 0)
            let overview = try #require(try console.outputText.split(separator: "\n").first)
            #expect(overview.hasPrefix("OVERVIEW: ") && overview.hasSuffix("."), "\(words)")
            #expect(try console.errorText.isEmpty)
        }
    }

    @Test(arguments: BackupError.Code.allCases)
    func `the help tells every exit status`(code: BackupError.Code) {
        #expect(NexusBackup.helpMessage().contains(" \(code.exitStatus)  \(ExitStatus.meaning(code))"))
    }

    @Test func `the version is told`() async throws {
        let console = try TestConsole()
        #expect(try await console.run(["--version"]) == 0)
        #expect(try console.outputText == "\(Version.current)\n")
    }

    @Test func `an output that can't be written is a failure`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            let full = try FileDescriptorOfFullDisk()
            let status = try await console.run(["snapshot", "list", "--address", service.address]) {
                $0.output = full.file
            }
            #expect(status == 1)
            #expect(try console.errorText.contains("The standard output can't be written: No space left"))
        }
    }
}
