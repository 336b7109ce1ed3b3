import BackupModel
import DBus
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)))
struct BackupCommandTests {
    @Test func `status tells of the one that runs and of the last`() async throws {
        try await PeerService.serve(
            PeerService.State.of(PeerService.State.running(50), PeerService.State.ended("failed", "It broke."))
        ) { service in
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
        try await PeerService.serve(PeerService.State.of(PeerService.State.running(50))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "status", "--json", "--address", service.address]) == 0)
            let text = try console.outputText
            let keys = [
                "id", "progress", "state", "phase", "bytes_done", "bytes_total", "files_done", "files_total", "rate",
                "eta", "holding_back", "holding_back_reason", "held_back_seconds", "io_scheduler", "free_bytes",
                "started", "last_id", "last_result", "last_error", "last_error_name",
            ]
            for key in keys { #expect(text.contains("\"\(key)\" : "), "\(key)") }
        }
    }

    @Test func `status says why a backup holds back, and for how long it has`() async throws {
        var holding = PeerService.State.running(50)
        holding["holding_back"] = .bool(true)
        holding["holding_back_reason"] = .string("Other programs wait for the disk.")
        holding["held_back_seconds"] = .uint64(83)
        var held = holding
        held["holding_back"] = .bool(false)
        held["holding_back_reason"] = .string("")
        try await PeerService.serve(PeerService.State.of(holding, held)) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "status", "--address", service.address]) == 0)
            let sentence = "It has paused for other programs for 1:23 so far."
            #expect(try console.outputText.contains("MiB/s, holding back, 0:50 left\n"))
            #expect(try console.outputText.hasSuffix("\nHolding back: Other programs wait for the disk. \(sentence)\n"))
            #expect(try await console.run(["backup", "status", "--address", service.address]) == 0)
            #expect(try console.outputText.hasSuffix(" files.\n\(sentence)\n"))
        }
    }

    @Test func `list shows a table`() async throws {
        try await PeerService.serve(PeerService.State.of()) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "list", "--address", service.address]) == 0)
            #expect(
                try console.outputText == """
                    ID  MADE         SIZE  SNAPSHOT  VERIFIED  DESCRIPTION  FILE
                     7  unknown  1.50 MiB  deleted   no                     /b/nexus_backup_7.tar.gpg

                    """
            )
            #expect(try await console.run(["backup", "list", "--json", "--address", service.address]) == 0)
            for key in ["snapshot_exists", "sha256", "verified", "verified_at", "created", "size", "name"] {
                #expect(try console.outputText.contains("\"\(key)\" : "), "\(key)")
            }
        }
    }

    @Test func `cancel says what it cancelled`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.running(1))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "cancel", "--address", service.address]) == 0)
            #expect(try console.outputText == "The backup of snapshot 7 was cancelled.\n")
            #expect(service.look { $0.cancelCount } == 1)
        }
    }
}
