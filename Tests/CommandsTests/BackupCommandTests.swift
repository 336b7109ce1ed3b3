import BackupModel
import DBus
import Glibc
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(1)), .serialized)
struct BackupCommandTests {
    private static func running(_ percent: UInt32) -> [String: Value] {
        [
            "id": .uint32(7), "progress": .uint32(percent), "state": .string("running"), "phase": .string("exporting"),
            "bytes_done": .uint64(UInt64(percent) << 20), "bytes_total": .uint64(100 << 20), "rate": .uint64(1 << 20),
            "eta": .uint32(100 - percent), "files_done": .uint64(5), "files_total": .uint64(9),
        ]
    }

    private static func ended(_ result: String, _ error: String = "") -> [String: Value] {
        ["id": .uint32(0), "last_id": .uint32(7), "last_result": .string(result), "last_error": .string(error)]
    }

    private static func state(_ statuses: [String: Value]...) -> PeerService.State {
        var state = PeerService.State()
        state.statuses = statuses
        state.exports = [
            [
                "id": .uint32(7), "path": .string("/b/nexus_backup_7.tar.gpg"), "size": .uint64(1_572_864),
                "sha256": .string("ab"),
            ]
        ]
        return state
    }

    @Test func `create waits, and says where the file is and how to open it`() async throws {
        try await PeerService.serve(Self.state(Self.running(50), Self.ended("done"))) { service in
            let console = try TestConsole()
            let status = try await console.run(
                ["backup", "create", "7", "--compression", "zstd", "--max-rate", "20M", "--address", service.address],
                input: "päss word\n"
            )
            #expect(status == 0)
            #expect(
                try console.outputText == """
                    The backup of snapshot 7 is complete.
                      File:   /b/nexus_backup_7.tar.gpg
                      Size:   1.50 MiB (1572864 bytes)
                      Open:   gpg -d /b/nexus_backup_7.tar.gpg | sudo tar -x --zstd --xattrs --xattrs-include='*' --acls \
                    --numeric-owner -C /mnt

                    """
            )
            #expect(try console.errorText == "Backup 7: 50 %, 50.0 MiB of 100 MiB, 1.00 MiB/s, 0:50 left\n")
            let call = try #require(service.look { $0.started.first })
            #expect(call.id == 7 && call.password == Array("päss word".utf8))
            #expect(call.options["compression"]?.string == "zstd")
            #expect(call.options["max-rate"]?.integer() == 20 << 20)
            #expect(call.options["recipients"] == nil && call.options["password"] == nil)
        }
    }

    @Test(arguments: [("failed", "The disk is full.", Int32(1)), ("cancelled", "", 84)])
    func `a backup that was not completed has an exit status`(result: String, error: String, exit: Int32) async throws {
        try await PeerService.serve(Self.state(Self.ended(result, error))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "create", "7", "--address", service.address], input: "x") == exit)
            #expect(try console.outputText.isEmpty)
            #expect(try console.errorText.contains(error.isEmpty ? "was cancelled." : "failed: The disk is full."))
        }
    }

    @Test(arguments: ["done", "failed", "cancelled"])
    func `create writes one JSON document`(result: String) async throws {
        try await PeerService.serve(Self.state(Self.running(1), Self.ended(result, "why"))) { service in
            let console = try TestConsole()
            _ = try await console.run(["backup", "create", "7", "--json", "--address", service.address], input: "x")
            let text = try console.outputText
            #expect(text.hasPrefix("{\n") && text.contains("\"result\" : \"\(result)\"") && text.contains("\"id\" : 7"))
            #expect(text.contains("\"sha256\" : \"\(result == "done" ? "ab" : "")\""))
            #expect(try !console.errorText.contains("%"))
        }
    }

    @Test func `create need not wait`() async throws {
        try await PeerService.serve(Self.state(Self.running(1))) { service in
            let console = try TestConsole()
            let status = try await console.run(
                ["backup", "create", "7", "--no-wait", "--address", service.address],
                input: "x"
            )
            #expect(status == 0)
            #expect(try console.outputText.hasPrefix("The backup of snapshot 7 has started;"))
        }
    }

    @Test func `recipients need no password`() async throws {
        try await PeerService.serve(Self.state(Self.ended("done"))) { service in
            let console = try TestConsole()
            let key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n-----END PGP PUBLIC KEY BLOCK-----\n"
            let file = try console.file(key, name: "key.asc").string
            let arguments = ["backup", "create", "7", "--address", service.address, "--recipient-file", file]
            #expect(try await console.run(arguments) == 0)
            let call = try #require(service.look { $0.started.first })
            #expect(call.options["password-fd"] == nil)
            #expect(call.options["recipients"]?.elements?.map(\.string) == [key])
        }
    }

    @Test func `a recipient's file that is no key is refused before the service is called`() async throws {
        let console = try TestConsole()
        for file in [try console.file("no key", name: "key.asc").string, "/nowhere", console.directory.string] {
            #expect(try await console.run(["backup", "create", "7", "--recipient-file", file]) == 64)
        }
        #expect(try console.errorText.contains("holds no armored OpenPGP public key"))
    }

    @Test func `a signal ends the waiting and not the backup`() async throws {
        try await PeerService.serve(Self.state(Self.running(3))) { service in
            let console = try TestConsole()
            let interrupter = Task {
                while service.look({ $0.statusCount < 2 }) { try await Task.sleep(for: .milliseconds(5)) }
                kill(getpid(), SIGUSR2)
            }
            let status = try await console.run(
                ["backup", "create", "7", "--json", "--address", service.address],
                input: "x"
            ) {
                $0.signals = SignalWatch([SIGUSR2])
            }
            try await interrupter.value
            #expect(status == 128 + SIGUSR2)
            #expect(try console.errorText.contains("goes on") && console.errorText.contains("backup cancel"))
            #expect(try console.outputText.contains("\"result\" : \"running\""))
            #expect(service.look { $0.cancelCount } == 0)
        }
    }

    @Test func `a terminal shows one line that fits its width`() async throws {
        let statuses = (1...3).map { Self.running($0 * 30) } + [Self.ended("done")]
        var state = Self.state()
        state.statuses = statuses
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let terminal = try Pseudoterminal(columns: 60)
            async let screen = terminal.shown(upTo: "\r\n")
            let status = try await console.run(["backup", "create", "7", "--address", service.address], input: "x") {
                $0.errors = terminal.terminal.file
            }
            #expect(status == 0)
            let lines = try await screen.replacing("\r\n", with: "").split(separator: "\r").map(String.init)
            #expect(lines.count >= 3)
            for line in lines where line.contains("%") {
                #expect(line.hasSuffix("\u{1B}[K") && line.dropLast(3).count < 60)
            }
        }
    }

    @Test func `status tells of the one that runs and of the last`() async throws {
        try await PeerService.serve(Self.state(Self.running(50), Self.ended("failed", "It broke."))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "status", "--address", service.address]) == 0)
            #expect(try await console.run(["backup", "status", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    Backup 7: 50 %, 50.0 MiB of 100 MiB, 1.00 MiB/s, 0:50 left
                    Started unknown, 5 of 9 files.
                    No backup runs.
                    The last one, of snapshot 7, failed: It broke.

                    """
            )
        }
    }

    @Test func `status gives all of it as JSON`() async throws {
        try await PeerService.serve(Self.state(Self.running(50))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "status", "--json", "--address", service.address]) == 0)
            let text = try console.outputText
            let keys = [
                "id", "progress", "state", "phase", "bytes_done", "bytes_total", "files_done", "files_total", "rate",
                "eta",
                "started", "last_id", "last_result", "last_error",
            ]
            for key in keys { #expect(text.contains("\"\(key)\" : "), "\(key)") }
        }
    }

    @Test func `list shows a table`() async throws {
        try await PeerService.serve(Self.state()) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "list", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    ID  MADE         SIZE  SNAPSHOT  VERIFIED  DESCRIPTION  FILE
                     7  unknown  1.50 MiB  deleted   no                     /b/nexus_backup_7.tar.gpg

                    """
            )
            #expect(try await console.run(["backup", "list", "--json", "--address", service.address]) == 0)
            for key in ["snapshot_exists", "sha256", "verified", "created", "size", "name"] {
                #expect(try console.outputText.contains("\"\(key)\" : "), "\(key)")
            }
        }
    }

    @Test func `cancel says what it cancelled`() async throws {
        try await PeerService.serve(Self.state(Self.running(1))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "cancel", "--address", service.address]) == 0)
            #expect(try console.outputText == "The backup of snapshot 7 was cancelled.\n")
            #expect(service.look { $0.cancelCount } == 1)
        }
    }
}
