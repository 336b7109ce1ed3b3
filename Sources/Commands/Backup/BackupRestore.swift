import ArgumentParser
import BackupModel
import Client
import ExportProtocol
import Linux
import SystemPackage

/// `nexus-backup backup restore`.
struct BackupRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Brings back files of a backup.",
        discussion: """
            From the snapshot where it still exists, which takes no password, otherwise from the exported file. Without \
            --target or --in-place, what is restored goes beside what is there, as NAME_YYYY-MM-DD with today's date. \
            Files that exist are kept unless --overwrite is given; nothing is removed.

            The password is asked for at the terminal. Where standard input is no terminal, it is read from there, up to \
            the end; one newline at the end is not part of it.

            Ctrl-C ends the waiting, not the restoration.

            With --json, the document is {"id", "result", "error", "error_name", "restored"}, and "changes" of a dry run; \
            "result" is done, failed, cancelled, or running where it was not waited for, and "restored" has the keys of \
            last_restored in Backup1.Status.

            Examples:
              nexus-backup backup restore 7 system/etc/hosts
              nexus-backup backup restore 7 data/photos --target /tmp
              nexus-backup backup restore 7 --in-place --overwrite --dry-run
            """
    )

    /// What is read.
    enum Origin: String, ExpressibleByArgument, CaseIterable {
        case auto
        case snapshot
        case export
    }

    @Argument(help: ArgumentHelp("The backup's id, as `backup list` shows it, or a snapshot's.", valueName: "id"))
    var id: SnapshotNumber

    @OptionGroup var selection: RestoreSelection

    @Option(help: ArgumentHelp("The directory to restore into.", valueName: "directory"))
    var target: String?

    @Flag(help: "Restore to where it came from, and into what is there: brings back what is missing.")
    var inPlace = false

    @Flag(help: "Restore to where it came from, beside what is there; so it is without --target, too.")
    var beside = false

    @Flag(help: "Replace files that exist.")
    var overwrite = false

    @Flag(help: "Write nothing, and list what would be done.")
    var dryRun = false

    @Option(help: "What to read: the snapshot, the export, or, with auto, the snapshot if there is one.")
    var from: Origin = .auto

    @Option(help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"))
    var passwordFile: String?

    @Flag(name: [.short, .long], help: "Do not ask before files in place are overwritten.")
    var yes = false

    @Flag(help: "Return as soon as the restoration has started.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard [target != nil, inPlace, beside].count(where: { $0 }) <= 1 else {
            throw ValidationError("Only one of --target, --in-place and --beside can be given.")
        }
        guard !overwrite || target != nil || inPlace else {
            throw ValidationError("With --overwrite, say what to overwrite: --target or --in-place.")
        }
        guard !dryRun || !noWait else {
            throw ValidationError("A dry run is waited for; leave out --dry-run or --no-wait.")
        }
    }

    func run() async throws {
        let paths = try await selection.bytes()
        var settings = BackupClient.RestoreOptions()
        let directory = try openTarget(&settings)
        settings.origin = from == .auto ? nil : from.rawValue
        settings.overwrite = overwrite
        if directory == nil { settings.beside = !inPlace }
        settings.isDryRun = dryRun
        try await options.withBackups { [settings] client in
            var console = Console.current
            try await confirm(console)
            var settings = settings
            settings.password = try await password(&console, client)
            console.watchSignals()
            let job = RestoreJob(id: id.id, console: console, isJSON: options.json, directory: directory)
            try await run(job, client, paths, settings)
        }
    }

    private func run(
        _ job: RestoreJob,
        _ client: BackupClient,
        _ paths: [[UInt8]],
        _ settings: BackupClient.RestoreOptions
    ) async throws {
        var changes: [RestorationNote]?
        if dryRun {
            changes = try await job.list(client, paths, settings)
        } else {
            try await job.start(client, paths, settings)
            if noWait { return try job.running.reportStart() }
        }
        try await job.follow(client, changes: options.json ? changes : nil)
    }

    /// Opens the directory to restore into, which the service then need not find: it may have another view of the file system.
    /// - Returns: Its path; nil where there is none.
    private func openTarget(_ settings: inout BackupClient.RestoreOptions) throws -> [UInt8]? {
        guard let target else { return nil }
        do {
            settings.target = SharedDescriptor(try Descriptor.open(FilePath(target), [.readOnly, .directory]))
            return try absolutePath(FilePath(target)).bytes
        } catch {
            throw BackupError(
                .invalidArgs,
                "The target \(target.escapedForTerminal) can't be opened (\(error.errno)); make the directory, or name another.",
                cause: error
            )
        }
    }

    /// Reads the password where one is needed, as far as that can be told.
    private func password(_ console: inout Console, _ client: BackupClient) async throws -> Secret? {
        if passwordFile == nil {
            guard from != .snapshot else { return nil }
            // Whoever may restore need not be allowed to list; then a password is asked for that may not be needed.
            if from == .auto, let list = try? await client.list() {
                guard let export = list.first(where: { $0.id == id.id }), !export.snapshotExists else { return nil }
            }
        }
        return try await PasswordSource(file: passwordFile, isNew: false, console).readWatchingSignals(&console)
    }

    /// Asks at the terminal whether files are to be overwritten where they live.
    private func confirm(_ console: Console) async throws {
        guard inPlace, overwrite, !dryRun, !yes else { return }
        guard console.input.isTerminal else {
            throw BackupError(
                .invalidArgs,
                "This overwrites files in place, and there is no terminal to ask at; add --yes if that is meant."
            )
        }
        console.note("Files that exist in the original places are replaced by those of backup \(id.id).")
        console.show("Are you sure? [y/N] ")
        let answer = try await blocking { [input = console.input] in
            try LineReader(input).line(limit: 100).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw BackupError(.cancelled, "Nothing was changed.")
        }
    }
}
