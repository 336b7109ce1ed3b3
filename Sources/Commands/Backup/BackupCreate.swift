import ArgumentParser
import BackupModel
import Client
import Linux
import SystemPackage

/// `nexus-backup backup create`.
struct BackupCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Exports a snapshot as an encrypted file, and waits for it.",
        discussion: """
            The password is asked for twice at the terminal. Where standard input is no terminal, it is read from there, \
            up to the end; one newline at the end is not part of it. With --recipient-file, there is a password only \
            where --password-file names one. It is never taken from an argument or the environment, which other users \
            can see.

            Ctrl-C ends the waiting, not the backup.

            With --json, the document is {"id", "result", "error", "path", "size", "sha256"}; "result" is done, failed, \
            cancelled, or running where it was not waited for.

            Examples:
              nexus-backup backup create 7
              nexus-backup backup create 7 --password-file password --compression zstd
              pass show backups | nexus-backup backup create 7
              nexus-backup backup create 7 --recipient-file admin.asc --max-rate 20M
            """
    )

    /// How the file is compressed.
    enum Compression: String, ExpressibleByArgument, CaseIterable {
        case none
        case zstd
    }

    @Argument(help: SnapshotNumber.help)
    var id: SnapshotNumber

    @Option(help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"))
    var passwordFile: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds an OpenPGP public key, armored, whose owner can open the backup; may be given several times.",
            valueName: "file"
        )
    )
    var recipientFile: [String] = []

    @Option(help: "How to compress before encrypting; without it, the service's configuration decides.")
    var compression: Compression?

    @Option(
        help: ArgumentHelp(
            "The most bytes per second, such as 500K or 20M, where K, M and G are KiB, MiB and GiB; 0 for no limit.",
            valueName: "rate"
        ),
        transform: { text in
            guard let rate = Size.parse(text) else {
                throw ValidationError("A rate is a number of bytes such as 4096, 500K or 20M.")
            }
            return rate
        }
    )
    var maxRate: UInt64?

    @Flag(help: "Return as soon as the backup has started.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let recipients = try await RecipientFiles.read(recipientFile)
        // Before the password is asked for: nobody wants to type one for a bus that is not there.
        try await options.withBackups { client in
            var console = Console.current
            let settings = BackupClient.Options(
                password: try await password(&console),
                recipients: recipients,
                compression: compression?.rawValue,
                maxRate: maxRate
            )
            let job = BackupJob(
                id: id.id,
                console: console,
                isJSON: options.json,
                isCompressed: compression.map { $0 == .zstd }
            )
            try await job.start(client, settings)
            if noWait { return try job.reportStart() }
            try await job.follow(client)
        }
    }

    /// Reads the password, where there is to be one, and has signals watched from then on.
    private func password(_ console: inout Console) async throws -> Secret? {
        // Without one, only the recipients' keys shall open the backup.
        guard passwordFile != nil || recipientFile.isEmpty else {
            console.watchSignals()
            return nil
        }
        return try await PasswordSource(file: passwordFile, isNew: true, console).readWatchingSignals(&console)
    }
}
