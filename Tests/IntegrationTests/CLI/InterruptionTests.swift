import BackupModel
import DBus
import FoundationEssentials
import Glibc
import Linux
import SystemPackage
import TestSupport
import Testing

/// Ctrl-C at the terminal of a command that waits for the real service.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct InterruptionTests {
    /// Runs a command at a terminal of its own, and `body` with its screen and its process.
    private func atTerminal(
        _ words: String,
        _ service: TestService,
        _ body: (Screen, _ process: Int32) async throws -> Void
    ) async throws {
        let screen = Screen("screen", of: service.bus)
        let program = try executableDirectory().appending("nexus-backup")
        // The shell tells its number before it becomes the command, and what it ended with after that.
        let script = "sh -c 'echo $$; exec \(program) \(words)'; echo ended with $?"
        try await service.bus.withCommand(["script", "-qfc", script, "/dev/null"], log: screen.log) { _ in
            try await screen.untilShows("\r\n")
            let process = try #require(screen.text.split(separator: "\r\n").first.flatMap { Int32($0) })
            try await body(screen, process)
        }
    }

    @Test func `a backup goes on after Ctrl-C, and it is said how to watch and cancel it`() async throws {
        try await withService { service in
            try await shell(
                "head -c 30000000 /dev/urandom > \(service.root)/broot/data/noise; echo x > \(service.root)/pw"
            )
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                let words = "backup create \(id) --password-file \(service.root)/pw --max-rate 1M"
                try await atTerminal(words, service) { screen, process in
                    try await screen.untilShows("Backup \(id) ")
                    kill(process, SIGINT)
                    try await screen.untilShows("ended with 130")
                    #expect(screen.shows("The backup of snapshot \(id) goes on. `nexus-backup backup status` tells"))
                    #expect(screen.shows("`nexus-backup backup cancel` cancels it."))
                }
                #expect(try await service.status()["id"]?.integer() == id)
                _ = try await service.call(ServiceNames.backup, "Cancel")
            }
        }
    }

    @Test func `a command is not kept by a service that does not answer`() async throws {
        try await withService { service in
            try await service.withDaemon { daemon in
                kill(daemon.id, SIGSTOP)
                try await atTerminal("snapshot create before the upgrade", service) { screen, process in
                    try await screen.untilShows("Taking the snapshot… 0:01")
                    kill(process, SIGINT)
                    try await screen.untilShows("ended with 130")
                    #expect(screen.shows("The snapshot is taken all the same; `nexus-backup snapshot list` shows it"))
                }
                kill(daemon.id, SIGCONT)
            }
        }
    }
}
