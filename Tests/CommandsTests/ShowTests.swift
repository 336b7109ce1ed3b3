import BackupModel
import DBus
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)))
struct ShowTests {
    @Test func `snapshot show tells all of a snapshot and of its backup`() async throws {
        var state = PeerService.State.of()
        state.snapshots = [
            [
                "id": .uint32(7), "description": .string("before\nthe upgrade"), "system": .bool(true),
                "data": .bool(true), "path": .string("/s/7"), "kind": .string("undo"), "active": .bool(true),
                "atomic": .bool(false), "exclusive_bytes": .uint64(1 << 20),
                "left_out": .array(of: "s", [.string("a socket"), .string("a\u{1B}b")]),
            ]
        ]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "show", "7", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    Snapshot     7
                    Description  before\\nthe upgrade
                    Taken        unknown
                    Of           system, data
                    Kind         undo: the state before another snapshot was made live
                    Live         yes
                    Directory    /s/7
                    Own size     1.00 MiB (1048576 bytes)
                    Consistency  copied file by file
                    Backup       1.50 MiB, unknown, /b/nexus_backup_7.tar.gpg
                    Not in it    a socket
                                 a\\u{1b}b

                    """
            )
        }
    }

    @Test func `backup show tells all of a backup and how to open it`() async throws {
        var state = PeerService.State.of()
        state.exports[0]["created"] = .uint64(1_700_000_000)
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "show", "7", "--address", service.address]) == 0)
            let text = try console.outputText
            #expect(
                text.hasPrefix("Backup    7\nMade      2023-11-1")
                    && text.contains(" ago)\nSize      1.50 MiB (1572864 ")
            )
            #expect(
                text.contains("\nSHA-256   ab\nVerified  no\nSnapshot  deleted\nOpen it   gpg -d /b/nexus_backup_7")
            )
        }
    }

    @Test(arguments: ["snapshot", "backup"])
    func `what is not there is not found`(noun: String) async throws {
        try await PeerService.serve(PeerService.State.of()) { service in
            let console = try TestConsole()
            #expect(try await console.run([noun, "show", "8", "--address", service.address]) == 80)
            #expect(
                try console.errorText
                    == "nexus-backup: There is no \(noun) 8; `nexus-backup \(noun) list` tells which there are.\n"
            )
        }
    }
}
