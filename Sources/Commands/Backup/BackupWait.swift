import ArgumentParser
import BackupModel
import Client

/// `nexus-backup backup wait`.
struct BackupWait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits until the backup that runs has ended, and tells how.",
        discussion: """
            The exit status is that of `backup create`. Where the backup has ended already, this tells so at once. \
            It waits for a verification or a restoration, too.

            Ctrl-C ends the waiting, not the backup.

            Examples:
              nexus-backup backup wait
              nexus-backup backup wait 7
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The snapshot that is being backed up; without it, whichever is, or was last.",
            valueName: "id"
        )
    )
    var id: SnapshotNumber?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.withBackups { client in
            var console = Console.current
            console.watchSignals()
            let status = try await client.status()
            let isRunning = status.id != 0 && status.id == id?.id ?? status.id
            let wanted = isRunning ? status.id : status.lastID
            guard wanted != 0, wanted == id?.id ?? wanted else { throw nothing() }
            let job = FollowedJob(
                running: RunningJob(
                    id: wanted,
                    name: Self.name(wanted, status, isRunning: isRunning),
                    console: console,
                    isJSON: options.json
                )
            )
            if isRunning { return try await job.follow(client) }
            try job.report(status)
        }
    }

    /// What the job of `id` is, as far as its status tells.
    private static func name(_ id: SnapshotID, _ status: ExportStatus, isRunning: Bool) -> String {
        if isRunning ? status.phase == "restoring" : status.lastRestored != nil { return "restoration of backup \(id)" }
        if isRunning, status.phase == "verifying" { return "verification of backup \(id)" }
        return "backup of snapshot \(id)"
    }

    private func nothing() -> BackupError {
        guard let id else {
            return BackupError(.notRunning, "No backup runs, and none has since the service was started.")
        }
        return BackupError(
            .notRunning,
            "No backup of snapshot \(id.id) runs, and it was not the last one; `nexus-backup backup list` tells which "
                + "there are."
        )
    }
}
