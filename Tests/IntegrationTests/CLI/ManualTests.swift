import BackupModel
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// The manual pages, as they are made from the programs and the README.
@Suite(.timeLimit(.minutes(5)))
struct ManualTests {
    /// The page as a terminal shows it, on very long lines.
    private func text(of page: String) async throws -> String {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(page)
            let command = "/usr/bin/python3 -B \(repository)/Scripts/manual.py \(page) \(try executableDirectory())"
            try await shell("\(command) > \(file)")
            // Whatever the two have to complain of.
            let complaints = try await shell(
                """
                { groff -man -Tutf8 -k -ww -z \(file); LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l \(file) > /dev/null; } 2>&1
                """
            )
            #expect(complaints == "")
            return try await shell("LC_ALL=C.UTF-8 MANWIDTH=10000 man -P cat -l \(file)")
        }
    }

    @Test func `the command's page has every command, option and exit status`() async throws {
        let text = try await text(of: "nexus-backup.1")
        let program = try executableDirectory().appending("nexus-backup")
        let dump = try await shell("\(program) --experimental-dump-help")
        let root = try JSONDecoder().decode(Help.self, from: Data(dump.utf8)).command
        for command in root.leaves([]) {
            #expect(text.contains("\n       nexus-backup \(command.words)"), "\(command.words)")
            for name in command.options { #expect(text.contains(name), "\(command.words) \(name)") }
        }
        let statuses = try #require(text.split(separator: "EXIT STATUS").last?.split(separator: "EXAMPLES").first)
        let told = Set(statuses.split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) })
        #expect(told.isSuperset(of: BackupError.Code.allCases.map(\.exitStatus) + [0, 130]))
    }

    @Test func `the service's page has every option`() async throws {
        let text = try await text(of: "nexus-backupd.8")
        for option in ["--config", "--check-config", "--address", "--root", "--version"] {
            #expect(text.contains("\n       \(option)"), "\(option)")
        }
        #expect(text.contains("/etc/nexus-backup/config.toml"))
    }

    @Test func `the configuration's page has every key that the parser knows`() async throws {
        let text = try await text(of: "config.toml.5")
        let path = repository.appending("Sources/Configuration/Configuration+Parsing.swift").string
        let source = try String(contentsOfFile: path, encoding: .utf8)
        let keys = Set(source.matches(of: /section\.[a-z]+\("([a-z_]+)"/).map { String($0.1) })
        #expect(keys.count >= 13)
        for key in keys { #expect(text.contains("\n       \(key) ("), "\(key)") }
    }
}

/// What `--experimental-dump-help` writes, as far as it is looked at here.
private struct Help: Decodable {
    struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }

            let names: [Name]?
        }

        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?

        /// The commands that do something, with their options.
        func leaves(_ words: [String]) -> [(words: String, options: [String])] {
            let own = (subcommands ?? []).filter { $0.commandName != "help" }
            guard own.isEmpty else {
                return own.flatMap { $0.leaves(words + [$0.commandName]) }
            }
            let names = (arguments ?? []).flatMap { $0.names ?? [] }
            return [(words.joined(separator: " "), names.map { ($0.kind == "short" ? "-" : "--") + $0.name })]
        }
    }

    let command: Command
}
