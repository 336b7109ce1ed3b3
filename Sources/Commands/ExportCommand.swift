import ArgumentParser
import BackupModel
import Client
import Linux

/// `nexus-backup export`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Exports a snapshot, encrypted, to standard output.",
        discussion: """
            What is written is what `backup create` would keep as a file, and is on no disk of this machine. It is \
            complete only where the exit status is 0: what reads it through a pipe sees the same end in success and \
            failure. The service writes to standard output itself, without going through this command.

            \(ExportSettings.passwordHelp)

            Ctrl-C ends the waiting. The export goes on for as long as somebody reads it.

            With --json, the document is written to standard error.

            Examples:
              nexus-backup export 7 > /mnt/usb/backup.tar.gpg
              nexus-backup export 7 --password-file pw | ssh nas 'cat > 7.tar.gpg'
            """
    )

    @Argument(help: SnapshotNumber.help, completion: NumberCompletion.snapshots)
    var id: SnapshotNumber

    @OptionGroup var settings: ExportSettings

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let recipients = try await settings.recipients()
        guard !Console.current.output.isTerminal else {
            throw BackupError(
                .invalidArgs,
                "An export is not for a terminal; send it to a file or a program, as in `nexus-backup export \(id.id) > "
                    + "backup.tar.gpg`."
            )
        }
        try await options.withBackups { client in
            var console = Console.current
            let choice = try await settings.options(recipients, &console)
            var results = console
            results.output = console.errors
            let job = RunningJob(
                id: id.id,
                name: "export of snapshot \(id.id)",
                console: console,
                isJSON: options.json,
                results: results
            )
            try await start(job, client, choice)
            try await FollowedJob(running: job).follow(client)
        }
    }

    private func start(_ job: RunningJob, _ client: BackupClient, _ choice: BackupClient.Options) async throws {
        let output: SharedDescriptor
        do {
            output = SharedDescriptor(try Descriptor.duplicate(of: job.console.output))
        } catch {
            throw BackupError(.invalidArgs, "The standard output is not open: \(error.errno).", cause: error)
        }
        try await job.start { [id = job.id] in try await client.export(id, to: output, options: choice) }
    }
}
