import BackupModel
import DBus
import Linux
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)))
struct SnapshotCommandTests {
    @Test(arguments: [
        ([], true, true, "system and data"), (["--system"], true, false, "system"), (["--data"], false, true, "data"),
        (["--data", "--system"], true, true, "system and data"),
    ])
    func `create says what it took`(flags: [String], system: Bool, data: Bool, kinds: String) async throws {
        var state = PeerService.State()
        state.snapshots = [
            [
                "id": .uint32(7), "path": .string("/s/7"), "atomic": .bool(false),
                "left_out": .array(of: "s", [.string("the subvolume a\nb")]),
            ]
        ]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let words = ["before", "the", "upgrade"]
            let status = try await console.run(["snapshot", "create", "--address", service.address] + flags + words)
            #expect(status == 0)
            #expect(
                try console.outputText == """
                    Snapshot 7 of \(kinds) was taken at /s/7.
                    Not in it: the subvolume a\\nb
                    It was copied file by file, and so is not the state of one instant.

                    """
            )
            let call = try #require(service.look { $0.created.first })
            #expect(call.system == system && call.data == data && call.description == "before the upgrade")
        }
    }

    @Test func `create needs no right to list`() async throws {
        var state = PeerService.State()
        state.errors["GetList"] = .accessDenied
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["--address", service.address, "snapshot", "create", "--json", "x"]) == 0)
            #expect(
                try console.outputText == """
                    {
                      "data" : true,
                      "description" : "x",
                      "id" : 7,
                      "left_out" : [

                      ],
                      "system" : true
                    }

                    """
            )
        }
    }

    @Test func `list shows a table`() async throws {
        var state = PeerService.State()
        state.snapshots = [
            [
                "id": .uint32(12), "data": .bool(true), "description": .string("\u{1B}]0;evil\u{7}"),
                "active": .bool(true),
            ],
            ["id": .uint32(3), "system": .bool(true), "data": .bool(true), "exclusive_bytes": .uint64(1 << 30)],
        ]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "list", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    ID  TAKEN    OF            KIND          OWN SIZE  DESCRIPTION
                     3  unknown  system, data  manual        1.00 GiB
                    12  unknown  data          manual, live            \\u{1b}]0;evil\\u{7}

                    """
            )
        }
    }

    @Test func `list gives all of it as JSON`() async throws {
        var state = PeerService.State()
        state.snapshots = [["id": .uint32(3), "created": .uint64(1_700_000_000), "path": .string("/s/3")]]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "list", "--json", "--address", service.address]) == 0)
            let text = try console.outputText
            let keys = [
                "active", "atomic", "created", "data", "description", "id", "kind", "left_out", "path", "read_only",
                "system",
            ]
            for key in keys { #expect(text.contains("\"\(key)\" : "), "\(key)") }
            #expect(text.contains("\"created\" : 1700000000") && text.contains("\"snapshots\" : ["))
            #expect(try console.errorText.isEmpty)
        }
    }

    @Test func `an empty list says so`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "list", "--address", service.address]) == 0)
            #expect(try console.outputText == "There are no snapshots.\n")
        }
    }

    @Test func `delete goes on after an error and ends with it`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            let status = try await console.run(["snapshot", "delete", "1", "101", "2", "--address", service.address])
            #expect(status == BackupError.Code.notFound.exitStatus)
            #expect(try console.outputText == "Deleted snapshot 1.\nDeleted snapshot 2.\n")
            #expect(try console.errorText == "nexus-backup: There is no 101.\n")
            #expect(service.look { $0.deleted } == [1, 2])
        }
    }

    @Test func `delete tells of each as JSON`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            let status = try await console.run(["backup", "delete", "1", "101", "--json", "--address", service.address])
            #expect(status == BackupError.Code.notFound.exitStatus)
            let text = try console.outputText
            #expect(text.contains("\"deleted\" : [\n    1\n  ]") && text.contains("\"code\" : \"NotFound\""))
        }
    }

    @Test func `activate says what is live, how to go back and what a reboot does`() async throws {
        var state = PeerService.State()
        state.snapshotStatus = ["reboot_required": .bool(true), "mounts_of_old": .array(of: "s", [.string("/")])]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            // Standard input is no terminal, and nobody is asked.
            #expect(try await console.run(["snapshot", "activate", "7", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    The state of snapshot 7 is live.
                    Snapshot 9 is the state before; `nexus-backup snapshot undo` goes back to it.
                    Still mounted is the state before, at /: reboot to see the new one. What is written there until then is not in it.

                    """
            )
            #expect(service.look { $0.activated } == [7])
        }
    }

    @Test func `activate gives all of it as JSON, and less of it to who may not ask for the status`() async throws {
        for isDenied in [false, true] {
            var state = PeerService.State()
            state.snapshotStatus = ["reboot_required": .bool(false)]
            if isDenied { state.errors["Status"] = .accessDenied }
            try await PeerService.serve(state) { service in
                let console = try TestConsole()
                let arguments = ["snapshot", "activate", "7", "--json", "--address", service.address]
                #expect(try await console.run(arguments) == 0)
                let text = try console.outputText
                #expect(text.contains("\"id\" : 7") && text.contains("\"undo_id\" : 9"))
                #expect(text.contains("\"reboot_required\" : false") != isDenied)
                #expect(text.contains("\"mounts_of_old\" : [") != isDenied)
            }
        }
    }

    @Test func `undo activates the newest snapshot of that kind`() async throws {
        var state = PeerService.State()
        state.snapshots = [(12, "undo"), (30, "manual"), (20, "undo")].map {
            ["id": .uint32($0.0), "kind": .string($0.1)]
        }
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "undo", "--address", service.address]) == 0)
            #expect(service.look { $0.activated } == [20])
        }
    }

    @Test func `undo without such a snapshot says so`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            let status = try await console.run(["snapshot", "undo", "--address", service.address])
            #expect(status == BackupError.Code.notFound.exitStatus)
            #expect(try console.errorText.contains("There is no snapshot of kind undo"))
        }
    }

    @Test(arguments: [("y\n", true), ("YES\n", true), ("n\n", false), ("\n", false), ("yesterday\n", false)])
    func `on a terminal it is asked whether that is meant`(answer: String, isMeant: Bool) async throws {
        var state = PeerService.State()
        state.snapshots = [["id": .uint32(7), "description": .string("before\nthe upgrade")]]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let terminal = try Pseudoterminal()
            try terminal.type(answer)
            let status = try await console.run(["snapshot", "activate", "7", "--address", service.address]) {
                $0.input = terminal.terminal.file
            }
            #expect(status == (isMeant ? 0 : BackupError.Code.cancelled.exitStatus))
            #expect(service.look { $0.activated } == (isMeant ? [7] : []))
            let shown = try console.errorText
            #expect(shown.contains("by that of snapshot 7 of unknown, \"before\\nthe upgrade\"."))
            #expect(shown.contains("Are you sure? [y/N] "))
            #expect(shown.contains("Nothing was changed.") != isMeant)
        }
    }

    @Test func `with --yes nobody is asked`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            let terminal = try Pseudoterminal()
            let status = try await console.run(["snapshot", "activate", "7", "-y", "--address", service.address]) {
                $0.input = terminal.terminal.file
            }
            #expect(status == 0)
            #expect(try !console.errorText.contains("sure"))
        }
    }

    @Test(arguments: BackupError.Code.allCases)
    func `an error is a sentence and an exit status`(code: BackupError.Code) async throws {
        var state = PeerService.State()
        state.errors["Create"] = code
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["snapshot", "create", "--address", service.address]) == code.exitStatus)
            #expect(try console.errorText == "nexus-backup: It is \(code.rawValue).\\u{1b}[31m\n")
            #expect(try console.outputText.isEmpty)
        }
    }

    @Test func `without a service the exit status is 69`() async throws {
        let console = try TestConsole()
        #expect(try await console.run(["snapshot", "list", "--address", "unix:path=/nowhere"]) == 69)
        #expect(try console.errorText.contains("can't be reached"))
    }
}
