import ArgumentParser
import BackupModel
import Client

/// `nexus-backup backup create`.
struct BackupCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Exports a snapshot as an encrypted file, and waits for it.",
        discussion: """
            \(ExportSettings.passwordHelp)

            Ctrl-C ends the waiting, not the backup.

            With --json, the document is {"id", "result", "error", "error_name", "path", "size", "sha256"}; "result" is done, failed, \
            cancelled, or running where it was not waited for.

            Examples:
              nexus-backup backup create 7
              nexus-backup backup create 7 --password-file password --compression zstd
              pass show backups | nexus-backup backup create 7
              nexus-backup backup create 7 --recipient-file admin.asc --max-rate 20M
            """
    )

    @Argument(help: SnapshotNumber.help, completion: NumberCompletion.snapshots)
    var id: SnapshotNumber

    @OptionGroup var settings: ExportSettings

    @Flag(help: "Return as soon as the backup has started.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let recipients = try await settings.recipients()
        // Before the password is asked for: nobody wants to type one for a bus that is not there.
        try await options.withBackups { client in
            var console = Console.current
            let choice = try await settings.options(recipients, &console)
            let job = BackupJob(
                id: id.id,
                console: console,
                isJSON: options.json,
                isCompressed: settings.compression.map { $0 == .zstd }
            )
            try await job.start(client, choice)
            if noWait { return try job.running.reportStart() }
            try await job.follow(client)
        }
    }
}
