import ArgumentParser
import BackupModel
import Client
import Documents

/// `nexus-backup backup show`.
struct BackupShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows all there is to know of a backup, and how to open it.",
        discussion: """
            Example:
              nexus-backup backup show 7
            """
    )

    @Argument(help: SnapshotNumber.backupHelp, completion: NumberCompletion.backups)
    var id: SnapshotNumber

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let backup = try await options.withBackups { try await $0.backup(id.id) }
        let console = Console.current
        guard !options.json else { return try console.print(json: BackupDocument(backup)) }
        for line in backup.details(now: console.now).lines { try console.print(line) }
    }
}

extension BackupClient {
    /// What there is to know of the backup `id`.
    /// - Throws: `BackupError` with `notFound`.
    func backup(_ id: SnapshotID) async throws(BackupError) -> ExportSummary {
        guard let backup = try await list().first(where: { $0.id == id }) else {
            throw BackupError(
                .notFound,
                "There is no backup \(id); `nexus-backup backup list` tells which there are."
            )
        }
        return backup
    }
}

extension ExportSummary {
    fileprivate func details(now: UInt64) -> Details {
        let opening = OpeningCommand(path: path, isCompressed: nil)
        return Details([
            ("Backup", "\(id)"), ("Description", description.isEmpty ? nil : description),
            ("Made", Moment.timeAndAge(created, now: now)), ("Size", "\(Size.text(size)) (\(size) bytes)"),
            ("File", path), ("SHA-256", sha256.isEmpty ? "unknown" : sha256),
            ("Verified", isVerified ? Moment.timeAndAge(verifiedAt, now: now) : "no"),
            ("Snapshot", snapshotExists ? "still there" : "deleted"), ("Open it", opening.text),
            ("Open it", opening.hint),
        ])
    }
}
