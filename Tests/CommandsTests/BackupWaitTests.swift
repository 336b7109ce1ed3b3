import BackupModel
import DBus
import Glibc
import Linux
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct BackupWaitTests {
    @Test(arguments: [[], ["7"]])
    func `wait shows how far the one that runs is, and how it ends`(id: [String]) async throws {
        let state = PeerService.State.of(
            PeerService.State.running(50),
            PeerService.State.running(60),
            PeerService.State.ended("done")
        )
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "wait", "--address", service.address] + id) == 0)
            #expect(try console.outputText == "The backup of snapshot 7 is complete.\n")
            #expect(try console.errorText.hasPrefix("Backup 7: 60 %, "))
        }
    }

    @Test func `wait says what it is that runs, or that ran last`() async throws {
        for (phase, name) in ["restoring": "restoration of backup", "verifying": "verification of backup"] {
            var running = PeerService.State.running(50)
            running["phase"] = .string(phase)
            try await PeerService.serve(.of(running, running, PeerService.State.ended("cancelled"))) { service in
                let console = try TestConsole()
                #expect(try await console.run(["backup", "wait", "--address", service.address]) != 0)
                #expect(try console.errorText.hasSuffix("The \(name) 7 was cancelled.\n"))
            }
        }
        var ended = PeerService.State.ended("done")
        ended["last_restored"] = .properties(["created": .uint64(1)])
        try await PeerService.serve(.of(ended)) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "wait", "--address", service.address]) == 0)
            #expect(try console.outputText == "The restoration of backup 7 is complete.\n")
        }
    }

    @Test func `wait tells at once of one that has ended, with its exit status`() async throws {
        var ended = PeerService.State.ended("failed", "The disk is full.")
        ended["last_error_name"] = .string(BackupError.Code.noSpace.busName)
        try await PeerService.serve(PeerService.State.of(ended)) { service in
            let console = try TestConsole()
            let status = try await console.run(["backup", "wait", "7", "--address", service.address])
            #expect(status == BackupError.Code.noSpace.exitStatus)
            #expect(try console.errorText == "nexus-backup: The backup of snapshot 7 failed: The disk is full.\n")
        }
    }

    @Test(arguments: [([], "No backup runs, and none has"), (["9"], "No backup of snapshot 9 runs")])
    func `wait does not wait for what does not run`(id: [String], sentence: String) async throws {
        let status = id.isEmpty ? ["id": Value.uint32(0)] : PeerService.State.ended("done")
        try await PeerService.serve(PeerService.State.of(status)) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "wait", "--address", service.address] + id) == 82)
            #expect(try console.errorText.contains(sentence))
        }
    }

    @Test func `a signal ends the waiting, and it is said how to watch and cancel`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.running(3))) { service in
            let console = try TestConsole()
            let interrupter = Task {
                while service.look({ $0.statusCount < 3 }) { try await Task.sleep(for: .milliseconds(5)) }
                kill(getpid(), SIGUSR2)
            }
            let status = try await console.run(["backup", "wait", "--address", service.address]) {
                $0.signals = SignalWatch([SIGUSR2])
            }
            try await interrupter.value
            #expect(status == 128 + SIGUSR2)
            #expect(
                try console.errorText.hasSuffix(
                    "The backup of snapshot 7 goes on. `nexus-backup backup status` tells how far it is; `nexus-backup backup "
                        + "cancel` cancels it.\n"
                )
            )
        }
    }
}
