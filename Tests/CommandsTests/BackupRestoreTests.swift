import BackupModel
import DBus
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct BackupRestoreTests {
    private static let summary: [String: Value] = [
        "from": .string("snapshot"), "dry_run": .bool(false), "created": .uint64(2), "replaced": .uint64(1),
        "kept": .uint64(0), "unchanged": .uint64(0), "conflicts": .uint64(0), "first_conflict": .string(""),
        "bytes": .uint64(2048),
        "lost": .array(
            of: "a{sv}",
            [.properties(["what": .string("owner"), "count": .uint64(1), "first": .string("data/x\u{1B}[31m")])]
        ),
        "targets": .array(of: "ay", [.bytes(Array("hosts".utf8))]),
    ]

    private static func state(
        _ result: String = "done",
        summary: [String: Value] = summary,
        error: BackupError.Code? = nil
    ) -> PeerService.State {
        var running = PeerService.State.running(50)
        running["phase"] = .string("restoring")
        var ended = PeerService.State.ended(result, error == nil ? "" : "It is damaged.")
        ended["last_restored"] = .properties(summary)
        if let error { ended["last_error_name"] = .string(error.busName) }
        return PeerService.State.of(running, ended)
    }

    private static func export(snapshotExists: Bool) -> [String: Value] {
        ["id": .uint32(7), "snapshot_exists": .bool(snapshotExists)]
    }

    @Test func `restore hands its directory and its paths over, and tells what was done and where it is`() async throws
    {
        var state = Self.state()
        state.exports = [Self.export(snapshotExists: true)]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = [
                "backup", "restore", "7", "system/etc/hosts", "data/docs/", "--target", console.directory.string,
            ]
            #expect(try await console.run(arguments + ["--address", service.address]) == 0)
            let text = """
                Backup 7 is restored from its snapshot.
                  New:        2 entries
                  Replaced:   1 entry
                  Size:       2.00 KiB (2048 bytes)
                  Not kept:   owner of 1 entry; the first: data/x\\u{1b}[31m
                  Where:      \(console.directory)/hosts

                """
            #expect(try console.outputText == text)
            let call = try #require(service.look { $0.restored.first })
            #expect(call.id == 7 && call.password.isEmpty)
            #expect(call.paths == [Array("system/etc/hosts".utf8), Array("data/docs".utf8)])
            #expect(call.options.keys.sorted() == ["target-fd"])
        }
    }

    @Test func `each of several places has a line of its own, without a name`() async throws {
        var summary = Self.summary
        summary["targets"] = .array(of: "ay", ["hosts", "docs"].map { .bytes(Array($0.utf8)) })
        var state = Self.state(summary: summary)
        state.exports = [Self.export(snapshotExists: true)]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = ["backup", "restore", "7", "--target", console.directory.string]
            #expect(try await console.run(arguments + ["--address", service.address]) == 0)
            let lines = try console.outputText.split(separator: "\n").suffix(2)
            #expect(lines == ["  Where:      \(console.directory)/hosts", "              \(console.directory)/docs"])
        }
    }

    @Test func `paths of any bytes come from a file`() async throws {
        try await PeerService.serve(Self.state()) { service in
            let console = try TestConsole()
            let list = try console.file("", name: "list")
            try Descriptor.open(list, .writeOnly).write([0x61, 0xFF, 0, 0x62, 0x0A, 0])
            let arguments = ["backup", "restore", "7", "--paths-from", list.string, "--from", "snapshot"]
            #expect(try await console.run(arguments + ["--address", service.address]) == 0)
            let call = try #require(service.look { $0.restored.first })
            #expect(call.paths == [[0x61, 0xFF], [0x62, 0x0A]])
            #expect(call.options["from"]?.string == "snapshot" && call.options["beside"]?.bool == true)
            let empty = try console.file("", name: "empty")
            let none = ["backup", "restore", "7", "--paths-from", empty.string, "--address", service.address]
            #expect(try await console.run(none) == 64)
        }
    }

    @Test func `a password is asked for only where the snapshot is gone`() async throws {
        for exists in [true, false] {
            var state = Self.state()
            state.exports = [Self.export(snapshotExists: exists)]
            try await PeerService.serve(state) { service in
                let console = try TestConsole()
                let arguments = ["backup", "restore", "7", "--address", service.address]
                #expect(try await console.run(arguments, input: "secret\n") == 0)
                #expect(service.look { $0.restored.first?.password } == (exists ? [] : Array("secret".utf8)))
            }
        }
    }

    @Test func `overwriting in place is confirmed, or refused where nobody can be asked`() async throws {
        var state = Self.state()
        state.exports = [Self.export(snapshotExists: true)]
        try await PeerService.serve(state) { service in
            let arguments = ["backup", "restore", "7", "--in-place", "--overwrite", "--address", service.address]
            let refused = try TestConsole()
            #expect(try await refused.run(arguments) == 64)
            #expect(try refused.errorText.contains("add --yes if that is meant"))
            for (answer, status) in [("n\n", Int32(84)), ("y\n", 0)] {
                let console = try TestConsole()
                let terminal = try Pseudoterminal(columns: 80)
                try terminal.type(answer)
                #expect(try await console.run(arguments) { $0.input = terminal.terminal.file } == status)
            }
            #expect(service.look { $0.restored.count } == 1)
            #expect(try await TestConsole().run(arguments + ["--yes"]) == 0)
            let options = try #require(service.look { $0.restored.last?.options })
            #expect(options["overwrite"]?.bool == true && options["beside"]?.bool == false)
        }
    }

    @Test func `a dry run lists what would be done, and nothing of it drives the terminal`() async throws {
        var summary = Self.summary
        summary["dry_run"] = .bool(true)
        var state = Self.state(summary: summary)
        state.exports = [Self.export(snapshotExists: true)]
        state.report = """
            {"action":"create","path":"data/a\\u001b[2J"}
            {"action":"conflict","path_base64":"ZGF0YS//","reason":"there is a directory"}

            """
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = ["backup", "restore", "7", "--dry-run", "--address", service.address]
            #expect(try await console.run(arguments) == 0)
            let text = try console.outputText
            let list = "create     data/a\\u{1b}[2J\nconflict   data/\\xff  (there is a directory)\n"
            #expect(
                text.hasPrefix(list + "Nothing was written. To restore Backup 7 from its snapshot would be:\n"),
                "\(text)"
            )
            let json = try TestConsole()
            #expect(try await json.run(arguments + ["--json"]) == 0)
            let document = try json.outputText
            #expect(
                document.contains(#""changes" : ["#) && document.contains(#""path_base64" : "ZGF0YS//""#),
                "\(document)"
            )
        }
    }

    @Test func `what is wrong is said, and the exit status tells what kind it is`() async throws {
        try await PeerService.serve(Self.state("failed", error: .corrupt)) { service in
            let console = try TestConsole()
            let arguments = ["backup", "restore", "7", "--json", "--from", "snapshot", "--address", service.address]
            #expect(try await console.run(arguments) == BackupError.Code.corrupt.exitStatus)
            #expect(try console.errorText == "nexus-backup: It is damaged.\n")
            #expect(try console.outputText.contains(#""created" : 2"#))
        }
    }

    @Test(arguments: [
        ["--target", "/tmp", "--in-place"], ["--overwrite"], ["--dry-run", "--no-wait"], ["--target", "/nonexistent"],
    ])
    func `what contradicts itself or is not there is refused before anything is called`(options: [String]) async throws
    {
        try await PeerService.serve(Self.state()) { service in
            let arguments = ["backup", "restore", "7", "--address", service.address] + options
            let console = try TestConsole()
            let status = try await console.run(arguments)
            #expect(status == 64)
            #expect(service.look { $0.restored.isEmpty })
        }
    }
}
