import DBus
import FoundationEssentials
import Glibc
import Linux
import SystemPackage
import TestSupport
import Testing

/// The command asks for an administrator's password where polkit wants one and nobody else would ask.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct PasswordAgentTests {
    private func withChallenge(_ body: (TestService) async throws -> Void) async throws {
        try await withService { service in
            try await service.withDaemon { _ in try await body(service) }
        }
    }

    /// What is typed to list the snapshots as a user without a grant.
    private func listing(_ service: TestService, _ options: String..., path: FilePath? = nil) throws -> String {
        let program = try executableDirectory().appending("nexus-backup")
        let user = TestService.strangerUser
        let environment = "env PATH=\(path.map { "\($0):" } ?? "")/usr/bin:/bin"
        let words = [program.string, "snapshot", "list", "--address", service.bus.address.text] + options
        return "setpriv --reuid=\(user) --regid=\(user) --clear-groups \(environment) \(words.joined(separator: " "))"
    }

    private func agents(of service: TestService) throws -> [Int32] {
        // Processes of other tests have the addresses of other buses.
        try allProcesses().filter {
            processFile($0, "cmdline").contains("--notify-fd")
                && processFile($0, "environ").contains(service.bus.address.text)
        }
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `polkit's own agent asks at the terminal, and ends with the command`(signal: Int32) async throws {
        try await withChallenge { service in
            let screen = Screen("screen", of: service.bus)
            let command = ["script", "-qfc", "echo $$; exec \(try listing(service))", "/dev/null"]
            try await service.bus.withCommand(command, log: screen.log) { _ in
                try await screen.untilShows("Password:")
                #expect(screen.shows("Authentication is required to list the snapshots."))
                #expect(try agents(of: service).count == 1)
                let process = try #require(screen.text.split(separator: "\r\n").first.flatMap { Int32($0) })
                kill(process, signal)
                try await eventually("the agent to end") { try agents(of: service).isEmpty }
            }
        }
    }

    /// Takes pkttyagent's place, and notes when it is started and ended.
    private func makeAgent(in service: TestService) async throws -> (path: FilePath, notes: FilePath) {
        let path = service.bus.directory.appending("agent")
        let notes = path.appending("notes")
        try await shell(
            """
            mkdir \(path); : > \(notes); chmod 666 \(notes)
            cat > \(path)/pkttyagent << 'END'
            #!/bin/sh
            echo "$*" >> \(notes)
            trap 'echo ended >> \(notes); exit' TERM
            exec 3>&-
            while :; do sleep 0.05; done
            END
            chmod 755 \(path)/pkttyagent
            """
        )
        return (path, notes)
    }

    @Test func `it is started once, for this process, and asked to end`() async throws {
        try await withChallenge { service in
            let agent = try await makeAgent(in: service)
            let command = try listing(service, path: agent.path)
            // Nobody answers, as that agent is none; what the command then says and how it ends is that of any refusal.
            let result = try await service.bus.run(["script", "-qec", "echo $$; exec \(command)", "/dev/null"])
            #expect(result.status == 77)
            let lines = result.output.split(separator: "\r\n")
            #expect(lines.count == 2 && lines.last?.contains("needs an administrator's password") == true)
            let notes = try await shell("cat \(agent.notes)")
            #expect(notes == "--process \(lines.first ?? "") --notify-fd 3\nended\n")
        }
    }

    @Test func `it is not started by root, without a terminal, in the background or with --no-ask`() async throws {
        try await withChallenge { service in
            let agent = try await makeAgent(in: service)
            let listing = try listing(service, path: agent.path)
            let program = try executableDirectory().appending("nexus-backup")
            let byRoot = "PATH=\(agent.path):$PATH \(program) snapshot list --address \(service.bus.address.text)"
            let cases = [
                (["setsid", "--wait", "sh", "-c", listing], Int32(77)),
                (["script", "-qec", "\(listing) --no-ask", "/dev/null"], 77),
                (["script", "-qec", "set -m; \(listing) & wait $!", "/dev/null"], 77),
                (["script", "-qec", byRoot, "/dev/null"], 0),
            ]
            for (command, status) in cases {
                let result = try await service.bus.run(command)
                #expect(result.status == status, "\(command): \(result.output) \(result.errors)")
            }
            let notes = try await shell("cat \(agent.notes)")
            #expect(notes.isEmpty)
        }
    }

    @Test func `where there is no pkttyagent the command is refused, and says so`() async throws {
        try await withChallenge { service in
            let hidden = "unshare --mount sh -c 'mount --bind /dev/null /usr/bin/pkttyagent && \(try listing(service))'"
            let result = try await service.bus.run(["script", "-qec", hidden, "/dev/null"])
            #expect(result.status == 77)
            #expect(result.output.contains("needs an administrator's password"))
            #expect(result.output.split(separator: "\r\n").count == 1)
        }
    }
}
