import BackupModel
import DBus
import Linux
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)))
struct ExportCommandTests {
    @Test func `the export goes to standard output, and all else to standard error`() async throws {
        let state = PeerService.State.of(PeerService.State.running(50), PeerService.State.ended("done"))
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = ["export", "7", "--compression", "zstd", "--address", service.address]
            #expect(try await console.run(arguments, input: "secret") == 0)
            #expect(try console.outputText == "the export")
            #expect(try console.errorText.hasSuffix("\nThe export of snapshot 7 is complete.\n"))
            let call = try #require(service.look { $0.started.first })
            #expect(call.id == 7 && call.options["compression"]?.string == "zstd")
        }
    }

    @Test func `one that failed has an exit status, and with JSON one document on standard error`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.ended("failed", "It broke."))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["export", "7", "--json", "--address", service.address], input: "x") == 1)
            let text = try console.errorText
            #expect(text.hasPrefix("{\n") && text.hasSuffix("}\n") && text.contains("\"result\" : \"failed\""))
        }
    }

    @Test func `a terminal gets no export, and no password is asked for`() async throws {
        let console = try TestConsole()
        let terminal = try Pseudoterminal()
        let status = try await console.run(["export", "7", "--address", "unix:path=/nowhere"]) {
            $0.output = terminal.terminal.file
        }
        #expect(status == 64)
        #expect(try console.errorText.contains("is not for a terminal; send it to a file"))
    }
}
