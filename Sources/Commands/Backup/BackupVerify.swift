import ArgumentParser
import BackupModel
import Client
import Linux

/// `nexus-backup backup verify`.
struct BackupVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads a backup back and compares it with what was written.",
        discussion: """
            All of the file is decrypted, and every file in it is compared with its sum in the backup's manifest. Nothing \
            is written anywhere but that the backup was verified, as `backup list` then shows.

            The password is asked for at the terminal. Where standard input is no terminal, it is read from there, up to \
            the end; one newline at the end is not part of it.

            Ctrl-C ends the waiting, not the verification.

            With --json, the document is {"id", "result", "error", "error_name"}; "result" is done, failed, cancelled, or \
            running where it was not waited for.

            Examples:
              nexus-backup backup verify 7
              nexus-backup backup verify 7 --password-file password
            """
    )

    @Argument(help: SnapshotNumber.backupHelp, completion: NumberCompletion.backups)
    var id: SnapshotNumber

    @Option(
        help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"),
        completion: .file()
    )
    var passwordFile: String?

    @Flag(help: "Return as soon as the verification has started.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        // Before the password is asked for: nobody wants to type one for a bus that is not there.
        try await options.withBackups { client in
            var console = Console.current
            let source = PasswordSource(file: passwordFile, isNew: false, console)
            let password = try await source.readWatchingSignals(&console)
            let job = VerifyJob(id: id.id, console: console, isJSON: options.json)
            try await job.start(client, password)
            if noWait { return try job.running.reportStart() }
            try await job.follow(client)
        }
    }
}
