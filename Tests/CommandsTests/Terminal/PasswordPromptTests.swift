import BackupModel
import DBus
import Glibc
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)), .serialized)
struct PasswordPromptTests {
    /// Asks at a terminal where `keys` are typed, each when the terminal asks.
    private func ask(
        _ terminal: Pseudoterminal,
        _ keys: [String],
        signals: SignalWatch? = nil
    ) async throws -> (password: Secret, shown: String) {
        var console = Console()
        console.terminal = terminal.path
        console.signals = signals
        let prompt = PasswordPrompt(console: console)
        async let password = prompt.ask()
        var shown = ""
        for key in keys {
            shown += try await terminal.shown(upTo: ": ")
            while terminal.echoes { try await Task.sleep(for: .milliseconds(1)) }
            try terminal.type(key)
        }
        return (try await password, shown)
    }

    private func text(_ secret: Secret) -> String {
        unsafe secret.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a password that is typed twice is taken and never shown`() async throws {
        let terminal = try Pseudoterminal()
        let (password, shown) = try await ask(terminal, ["pä ss\n", "pä ss\r"])
        #expect(text(password) == "pä ss")
        #expect(shown == "Password for the backup: \r\nThe same once more: ")
        #expect(terminal.echoes)
    }

    @Test func `keys that edit a line work`() async throws {
        let terminal = try Pseudoterminal()
        let (password, _) = try await ask(terminal, ["wrong\u{15}abü\u{7F}\u{8}c\u{1A}\n", "ac\u{4}"])
        #expect(text(password) == "ac")
    }

    @Test func `two passwords that differ are refused`() async throws {
        let terminal = try Pseudoterminal()
        let error = await #expect(throws: BackupError.self) { try await ask(terminal, ["one\n", "two\n"]) }
        #expect(error?.code == .invalidArgs)
        #expect(terminal.echoes)
    }

    @Test(arguments: [("\n", "empty"), ("\u{4}", "No password"), ("a\u{1B}[A\n", "control")])
    func `a password that can't be used is not asked for again`(keys: String, complaint: String) async throws {
        let terminal = try Pseudoterminal()
        let error = await #expect(throws: BackupError.self) { try await ask(terminal, [keys]) }
        #expect(error?.message.contains(complaint) == true)
        #expect(terminal.echoes)
    }

    @Test func `a password that is too long is refused and not cut`() async throws {
        let terminal = try Pseudoterminal()
        let long = String(repeating: "x", count: 1000) + "\n"
        let error = await #expect(throws: BackupError.self) { try await ask(terminal, [long]) }
        #expect(error?.message.contains("longer than 255 bytes") == true)
    }

    @Test(arguments: ["\u{3}", "ab\u{1C}"])
    func `Ctrl-C interrupts and puts the echo back`(keys: String) async throws {
        let terminal = try Pseudoterminal()
        let interruption = await #expect(throws: Interruption.self) { try await ask(terminal, [keys]) }
        #expect(interruption?.exitStatus == 130)
        #expect(terminal.echoes)
    }

    @Test func `a signal interrupts and puts the echo back`() async throws {
        let terminal = try Pseudoterminal()
        let watch = SignalWatch([SIGUSR1])
        let interrupter = Task {
            while terminal.echoes { try await Task.sleep(for: .milliseconds(1)) }
            kill(getpid(), SIGUSR1)
        }
        let interruption = await #expect(throws: Interruption.self) {
            var console = Console()
            console.terminal = terminal.path
            console.signals = watch
            _ = try await PasswordPrompt(console: console).ask()
        }
        try await interrupter.value
        #expect(interruption?.signal == SIGUSR1)
        #expect(terminal.echoes)
    }

    @Test func `without a terminal it says what to do`() async {
        var console = Console()
        console.terminal = "/nowhere"
        let prompt = PasswordPrompt(console: console)
        let error = await #expect(throws: BackupError.self) { try await prompt.ask() }
        #expect(error?.message.contains("use --password-file") == true)
    }

    @Test func `create asks where standard input is a terminal`() async throws {
        var state = PeerService.State()
        state.statuses = [["id": .uint32(0), "last_id": .uint32(7), "last_result": .string("done")]]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let terminal = try Pseudoterminal()
            async let status = console.run(["backup", "create", "7", "--address", service.address]) {
                $0.input = terminal.terminal.file
                $0.terminal = terminal.path
            }
            for _ in 0..<2 {
                _ = try await terminal.shown(upTo: ": ")
                while terminal.echoes { try await Task.sleep(for: .milliseconds(1)) }
                try terminal.type("x y\n")
            }
            #expect(try await status == 0)
            #expect(service.look { $0.started.first?.password } == Array("x y".utf8))
        }
    }
}
