import ArgumentParser
import BackupModel
import Documents
import ExportProtocol
import Glibc
import Linux
import SystemPackage
import Workers

/// `nexus-backup restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Brings back what is in the file of a backup, on any machine.",
        discussion: """
            The work is done by this user and needs neither the service nor its configuration: the file and its password are \
            enough, also on a machine that knows nothing of the backup. Run it as root, so that owners, device nodes and the \
            like can be given back; what could not be is told. `nexus-backup backup restore` restores a backup that the \
            service has.

            Files that exist are kept unless --overwrite is given; nothing is removed. All of the file is read and compared \
            with its manifest, whatever is selected.

            A tar that something else has encrypted with gpg, compressed or not, is restored as well. It has no manifest to be \
            compared with, and that is said.

            The password is asked for at the terminal. Where standard input is no terminal, it is read from there, up to \
            the end; one newline at the end is not part of it. What Ctrl-C interrupts can be repeated; what was restored stays.

            With --json, the document is that of `backup restore`, without "id".

            Examples:
              nexus-backup restore --file nexus_backup_7.tar.gpg --target /mnt
              nexus-backup restore --file nexus_backup_7.tar.gpg --target /tmp data/photos system/etc/fstab
            """
    )

    @Option(help: ArgumentHelp("The file, nexus_backup_ID.tar.gpg or whatever it is called now.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The directory to restore into.", valueName: "directory"))
    var target: String

    @OptionGroup var selection: RestoreSelection

    @Flag(help: "Replace files that exist.")
    var overwrite = false

    @Flag(help: "Write nothing, and tell how much would be done.")
    var dryRun = false

    @Option(help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"))
    var passwordFile: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        hardenProcess()
        var console = Console.current
        let directory = try openTarget()
        let backup = try BackupFile(file)
        let restoration = Restoration(
            origin: .export,
            paths: try await selection.bytes(),
            destination: .directory(directory.bytes),
            overwrite: overwrite,
            isDryRun: dryRun
        )
        let password = try await PasswordSource(file: passwordFile, isNew: false, console).readWatchingSignals(&console)
        let display = FileDisplay(console, phase: "restoring", showsLines: !options.json)
        do {
            let result = try await backup.restore(restoration, password, display, spool: directory)
            try report(result, directory, console)
        } catch let error as BackupError {
            let told = error.telling(error.partRestored ?? RestorationResult(), isDryRun: dryRun)
            try report(told, directory, console)
            throw KeyHint.adding(to: told, file: file)
        } catch let interruption as Interruption {
            console.note("The restoration was interrupted; what was restored until then stays.")
            throw interruption
        }
    }

    private func openTarget() throws -> FilePath {
        do {
            _ = try Descriptor.open(FilePath(target), [.readOnly, .directory])
            return try absolutePath(FilePath(target))
        } catch {
            throw BackupError(
                .invalidArgs,
                "The target \(target.escapedForTerminal) can't be opened (\(error.errno)); make the directory, or name another.",
                cause: error
            )
        }
    }

    private func report(_ result: WorkerResult, _ directory: FilePath, _ console: Console) throws {
        let summary = summary(result.restoration ?? RestorationResult(), directory)
        let needsRoot = !summary.losses.isEmpty && geteuid() != 0
        if needsRoot {
            console.note("What could not be kept would be when this is run as root.")
        }
        if !result.hasManifest { console.note(BackupFile.remark(on: file)) }
        var report = RestoreReport(
            subject: file.escapedForTerminal,
            id: nil,
            console: console,
            isJSON: options.json,
            directory: nil
        )
        report.hasManifest = result.hasManifest
        try report.done(summary, nil)
    }

    private func report(_ error: BackupError, _ directory: FilePath, _ console: Console) throws {
        let part = error.partRestored.map { summary($0, directory) }
        if options.json {
            var document = RestoreDocument(id: nil, result: "failed", error: error)
            document.restored = part.map { RestoredDocument($0) }
            try console.print(json: document)
        }
    }

    private func summary(_ result: RestorationResult, _ directory: FilePath) -> RestoreSummary {
        var summary = RestoreSummary(result, below: directory)
        summary.isDryRun = dryRun
        return summary
    }
}
