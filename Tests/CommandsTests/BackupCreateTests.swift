import BackupModel
import DBus
import Glibc
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct BackupCreateTests {
    @Test func `create waits, and says where the file is and how to open it`() async throws {
        try await PeerService.serve(
            PeerService.State.of(PeerService.State.running(50), PeerService.State.ended("done"))
        ) { service in
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
        try await PeerService.serve(PeerService.State.of(PeerService.State.ended(result, error))) { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "create", "7", "--address", service.address], input: "x") == exit)
            #expect(try console.outputText.isEmpty)
            #expect(try console.errorText.contains(error.isEmpty ? "was cancelled." : "failed: The disk is full."))
        }
    }

    @Test(arguments: ["done", "failed", "cancelled"])
    func `create writes one JSON document`(result: String) async throws {
        try await PeerService.serve(
            PeerService.State.of(PeerService.State.running(1), PeerService.State.ended(result, "why"))
        ) { service in
            let console = try TestConsole()
            _ = try await console.run(["backup", "create", "7", "--json", "--address", service.address], input: "x")
            let text = try console.outputText
            #expect(text.hasPrefix("{\n") && text.contains("\"result\" : \"\(result)\"") && text.contains("\"id\" : 7"))
            #expect(text.contains("\"sha256\" : \"\(result == "done" ? "ab" : "")\""))
            #expect(try !console.errorText.contains("%"))
        }
    }

    @Test func `create need not wait`() async throws {
        try await PeerService.serve(PeerService.State.of(PeerService.State.running(1))) { service in
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
        try await PeerService.serve(PeerService.State.of(PeerService.State.ended("done"))) { service in
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
        try await PeerService.serve(PeerService.State.of(PeerService.State.running(3))) { service in
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
        let statuses = (1...3).map { PeerService.State.running($0 * 30) } + [PeerService.State.ended("done")]
        var state = PeerService.State.of()
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
}
