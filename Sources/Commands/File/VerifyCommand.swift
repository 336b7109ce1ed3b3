import ArgumentParser
import BackupModel
import ExportProtocol
import Linux

/// `nexus-backup verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tells whether the file of a backup is intact, on any machine.",
        discussion: """
            All of the file is decrypted, and every file in it is compared with its sum in the backup's manifest; nothing \
            is written. Neither the service nor its configuration is needed. `nexus-backup backup verify` verifies a backup \
            that the service has.

            A tar that something else has encrypted with gpg, compressed or not, is read to its end. It has no manifest, so what \
            its files were before it was made can't be told, and that is said.

            The password is asked for at the terminal. Where standard input is no terminal, it is read from there, up to \
            the end; one newline at the end is not part of it.

            With --json, the document is {"file", "result", "error", "error_name", "entries", "sha256", "manifest"}; "result" is \
            done or failed.

            Example:
              nexus-backup verify --file /media/usb/nexus_backup_7.tar.gpg
            """
    )

    @Option(help: ArgumentHelp("The file, nexus_backup_ID.tar.gpg or whatever it is called now.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"))
    var passwordFile: String?

    @OptionGroup var options: GlobalOptions

    private struct Document: Encodable {
        let file: String
        let result: String
        var error = ""
        var errorName = ""
        var entries: UInt64?
        var sha256: String?
        var manifest: Bool?
    }

    func run() async throws {
        hardenProcess()
        var console = Console.current
        let backup = try BackupFile(file)
        let password = try await PasswordSource(file: passwordFile, isNew: false, console).readWatchingSignals(&console)
        let display = FileDisplay(console, phase: "verifying", showsLines: !options.json)
        do {
            let result = try await backup.verify(password, display)
            try report(result, console)
        } catch let error as BackupError {
            if options.json {
                try console.print(
                    json: Document(file: file, result: "failed", error: error.message, errorName: error.code.busName)
                )
            }
            throw KeyHint.adding(to: error, file: file)
        }
    }

    private func report(_ result: WorkerResult, _ console: Console) throws {
        let (name, count) = (file.escapedForTerminal, result.entryCount)
        if options.json {
            var document = Document(file: file, result: "done", entries: count, sha256: result.sha256)
            document.manifest = result.hasManifest
            try console.print(json: document)
        } else if result.hasManifest {
            try console.print("\(name) is intact: each of its \(count) entries is as it was written.")
        } else {
            try console.print("\(name) can be read to its end; its entries: \(count).")
            try console.print(BackupFile.remark(on: file))
        }
    }
}
