import DBus
import Polkit
import TestSupport
import Testing

/// Somebody is asked for a password, by the agent that comes with polkit.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct PromptTests {
    /// A check of the caller `name` that hangs in a prompt of `agent`, while `monitor` shows what is said on the bus.
    private struct Prompt {
        let bus: PrivateBus
        let authority: Authority
        let name: String
        let check: Task<Decision, any Error>
        let agent: ChildProcess
        let monitor: Screen
    }

    private func withPrompt(_ body: (Prompt) async throws -> Void) async throws {
        try await withPrivateBus(TestPolicy.options) { bus in
            let monitor = Screen("monitor", of: bus)
            let screen = Screen("agent", of: bus)
            let authority = Authority(connection: try await bus.connect())
            try await bus.withCaller(as: "backup") { name, process in
                let command = ["script", "-qfc", "pkttyagent --process \(process.id)", "/dev/null"]
                try await bus.withCommand(["dbus-monitor", "--system"], log: monitor.log) { _ in
                    try await bus.withCommand(command, log: screen.log) { agent in
                        try await monitor.untilShows("member=RegisterAuthenticationAgent")
                        let check = Task { try await ask(authority, name, until: screen) }
                        try await screen.untilShows("Password:")
                        try await body(
                            Prompt(
                                bus: bus,
                                authority: authority,
                                name: name,
                                check: check,
                                agent: agent,
                                monitor: monitor
                            )
                        )
                        try agent.kill()
                    }
                }
            }
        }
    }

    /// Asks until there is a prompt: without an agent, which takes a moment to be registered, polkit answers at once.
    private func ask(_ authority: Authority, _ name: String, until screen: Screen) async throws -> Decision {
        while true {
            let decision = try await authority.check(
                TestPolicy.actionWithPassword,
                busName: name,
                userID: 34,
                allowsInteraction: true
            )
            if screen.shows("Password:") { return decision }
        }
    }

    @Test func `a prompt is taken back when the task is cancelled`() async throws {
        try await withPrompt { prompt in
            prompt.check.cancel()
            let error = await #expect(throws: DBusError.self) { try await prompt.check.value }
            #expect(error == .cancelled)
            try await prompt.monitor.untilShows("member=CancelAuthentication")
        }
    }

    @Test func `nothing is granted when the agent dies`() async throws {
        try await withPrompt { prompt in
            try prompt.agent.kill()
            #expect([.denied, .dismissed, .challenge].contains(try await prompt.check.value))
        }
    }

    @Test func `200 prompts of one user keep nobody else waiting`() async throws {
        try await withPrompt { prompt in
            let checks = (0..<200).map { _ in
                Task {
                    try await prompt.authority.check(
                        TestPolicy.actionWithPassword,
                        busName: prompt.name,
                        userID: 34,
                        allowsInteraction: true
                    )
                }
            }
            try await prompt.bus.withCaller(as: "daemon") { name, _ in
                let start = ContinuousClock.now
                let decision = try await prompt.authority.check(
                    TestPolicy.action,
                    busName: name,
                    userID: 1,
                    allowsInteraction: false
                )
                #expect(decision == .denied)
                #expect(start.duration(to: .now) < .seconds(20))
            }
            try await prompt.monitor.untilShows("member=BeginAuthentication", count: 32)
            let begun = prompt.monitor.text.split(separator: "member=BeginAuthentication").count - 1
            #expect(begun == 32)
            (checks + [prompt.check]).forEach { $0.cancel() }
            for check in checks {
                let error = await #expect(throws: DBusError.self) { try await check.value }
                #expect(error == .cancelled)
            }
        }
    }
}
