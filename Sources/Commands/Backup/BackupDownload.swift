import ArgumentParser
import BackupModel
import Client
import Linux
import SystemPackage

/// `nexus-backup backup download`.
struct BackupDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Copies a backup's file to where you want it, and checks it.",
        discussion: """
            The file comes from the service, so that this works without a right to read its directory. It is written \
            under a hidden name beside its own, and gets that when it is complete and its SHA-256 is the one that was \
            taken when the backup was made. A file that is there already is never replaced.

            Ctrl-C ends the download, and what there is of it stays: the same command goes on from there.

            Examples:
              nexus-backup backup download 7
              nexus-backup backup download 7 -o /mnt/usb/
            """
    )

    @Argument(help: SnapshotNumber.backupHelp, completion: NumberCompletion.backups)
    var id: SnapshotNumber

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to write, or the directory to put it in; without it, the working directory.",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @OptionGroup var options: GlobalOptions

    private struct Document: Encodable {
        let id: SnapshotID
        let path: String
        let size: UInt64
        let sha256: String
        let checked: Bool
        let keptBytes: UInt64
    }

    func run() async throws {
        try await options.withBackups { client in
            var console = Console.current
            console.watchSignals()
            let download = try await prepare(client)
            do {
                try report(download, try await follow(download, console), console)
            } catch let interruption as Interruption {
                console.note(
                    download.sha256.isEmpty
                        ? "The download was ended before it was complete."
                        : "What was downloaded so far stays; the same command goes on from there."
                )
                throw interruption
            }
        }
    }

    private func prepare(_ client: BackupClient) async throws -> Download {
        let source = try await client.open(id.id)
        let byteCount = try source.status().size
        // Whoever may read a backup need not be allowed to list them; then there is nothing to check it with.
        let summary = try? await client.list().first { $0.id == id.id }
        guard summary?.size ?? byteCount == byteCount else {
            throw BackupError(.busy, "Backup \(id.id) was replaced by a new one just now; try again.")
        }
        return Download(
            id: id.id,
            source: source,
            byteCount: byteCount,
            sha256: summary?.sha256 ?? "",
            target: try DownloadTarget(output, defaultName: "nexus_backup_\(id.id).tar.gpg")
        )
    }

    /// Does it, and shows how far it is.
    private func follow(_ download: Download, _ console: Console) async throws -> Download.Outcome {
        let progress = DownloadProgress(id: download.id, total: download.byteCount)
        let display = ProgressDisplay(console, fallback: options.json ? .nothing : .lines)
        let showing = Task {
            while true {
                try await Task.sleep(for: .milliseconds(250))
                await display.show(progress.status)
            }
        }
        do {
            let outcome = try await console.untilSignal {
                try await withTaskCancellationHandler {
                    try await blocking { try download.run(progress) }
                } onCancel: {
                    progress.stop()
                }
            }
            await end(showing, display)
            return outcome
        } catch {
            await end(showing, display)
            throw error
        }
    }

    private func end(_ showing: Task<Void, any Error>, _ display: ProgressDisplay) async {
        showing.cancel()
        _ = await showing.result
        await display.finish()
    }

    private func report(_ download: Download, _ outcome: Download.Outcome, _ console: Console) throws {
        let isChecked = !download.sha256.isEmpty
        guard !options.json else {
            return try console.print(
                json: Document(
                    id: download.id,
                    path: download.target.path,
                    size: download.byteCount,
                    sha256: outcome.sha256,
                    checked: isChecked,
                    keptBytes: outcome.keptByteCount
                )
            )
        }
        let isOld = outcome.keptByteCount == download.byteCount && download.byteCount > 0
        try console.print("Backup \(download.id) \(isOld ? "is there already" : "was downloaded"):")
        let check =
            isChecked ? "as it was when the backup was made" : "not compared, as the service does not tell its own"
        let details = Details([
            ("  File", download.target.path),
            ("  Size", "\(Size.text(download.byteCount)) (\(download.byteCount) bytes)"),
            ("  SHA-256", "\(outcome.sha256), \(check)"),
        ])
        for line in details.lines { try console.print(line) }
    }
}
