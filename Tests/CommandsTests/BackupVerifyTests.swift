import BackupModel
import DBus
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct BackupVerifyTests {
    private static func verifying(_ percent: UInt32) -> [String: Value] {
        var status = PeerService.State.running(percent)
        status["phase"] = .string("verifying")
        return status
    }

    private static func failed(_ code: BackupError.Code) -> [String: Value] {
        var status = PeerService.State.ended("failed", "It is damaged.")
        status["last_error_name"] = .string(code.busName)
        return status
    }

    @Test func `verify shows how far it is, and says that the backup is intact`() async throws {
        let state = PeerService.State.of(Self.verifying(50), PeerService.State.ended("done"))
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = ["backup", "verify", "7", "--address", service.address]
            #expect(try await console.run(arguments, input: "päss word\n") == 0)
            #expect(try console.outputText == "Backup 7 is intact: every file in it is as it was written.\n")
            #expect(try console.errorText == "Backup 7: 50 %, 50.0 MiB of 100 MiB, 1.00 MiB/s, 0:50 left\n")
            let call = try #require(service.look { $0.verified.first })
            #expect(call.id == 7 && call.password == Array("päss word".utf8))
        }
    }

    @Test(arguments: [BackupError.Code.corrupt, .badPassword, .failed, .unsupported])
    func `what is wrong is said, and the exit status tells what kind it is`(code: BackupError.Code) async throws {
        try await PeerService.serve(PeerService.State.of(Self.failed(code))) { service in
            let console = try TestConsole()
            let arguments = ["backup", "verify", "7", "--json", "--address", service.address]
            #expect(try await console.run(arguments, input: "x") == code.exitStatus)
            #expect(try console.errorText == "nexus-backup: It is damaged.\n")
            let text = try console.outputText
            #expect(text.contains("\"error_name\" : \"\(code.busName)\"") && text.contains("\"result\" : \"failed\""))
        }
    }

    @Test func `verify need not wait, and a cancelled one has an exit status`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.ended("cancelled"))) { service in
            let console = try TestConsole()
            let arguments = ["backup", "verify", "7", "--address", service.address]
            #expect(try await console.run(arguments + ["--no-wait"], input: "x") == 0)
            #expect(try console.outputText.hasPrefix("The verification of backup 7 has started;"))
            #expect(try await console.run(arguments, input: "x") == 84)
        }
    }

    @Test func `the password of a backup that there is is asked for once`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.ended("done"))) { service in
            let console = try TestConsole()
            let terminal = try Pseudoterminal(columns: 80)
            let typing = Task {
                _ = try await terminal.shown(upTo: "Password for the backup: ")
                while terminal.echoes { try await Task.sleep(for: .milliseconds(1)) }
                try terminal.type("secret\n")
            }
            let status = try await console.run(["backup", "verify", "7", "--address", service.address]) {
                $0.input = terminal.terminal.file
                $0.terminal = terminal.path
            }
            try await typing.value
            #expect(status == 0)
            #expect(service.look { $0.verified.first?.password } == Array("secret".utf8))
        }
    }
}
