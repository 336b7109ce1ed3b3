import ArgumentParser
import BackupModel
import Client
import Documents

/// `nexus-backup snapshot show`.
struct SnapshotShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows all there is to know of a snapshot.",
        discussion: """
            Example:
              nexus-backup snapshot show 7
            """
    )

    @Argument(help: SnapshotNumber.help, completion: NumberCompletion.snapshots)
    var id: SnapshotNumber

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = Console.current
        try await options.withClients { snapshots, backups in
            guard let snapshot = try await snapshots.list().first(where: { $0.id == id.id }) else {
                throw BackupError(
                    .notFound,
                    "There is no snapshot \(id.id); `nexus-backup snapshot list` tells which there are."
                )
            }
            guard !options.json else { return try console.print(json: SnapshotDocument(snapshot)) }
            // Whoever may list snapshots need not be allowed to list the backups.
            let backup = try? await backups.list().first { $0.id == id.id }
            for line in snapshot.details(backup, now: console.now).lines { try console.print(line) }
        }
    }
}

extension SnapshotSummary {
    fileprivate func details(_ backup: ExportSummary?, now: UInt64) -> Details {
        Details(
            [
                ("Snapshot", "\(id)"), ("Description", description.isEmpty ? nil : description),
                ("Taken", Moment.timeAndAge(created, now: now)), ("Of", contents), ("Kind", kind.meaning),
                ("Live", isActive ? "yes" : "no"), ("Directory", path),
                ("Own size", exclusiveByteCount.map { "\(Size.text($0)) (\($0) bytes)" }),
                ("Consistency", isAtomic ? "the state of one instant" : "copied file by file"),
                ("Backup", backup.map { "\(Size.text($0.size)), \(Moment.age($0.created, now: now)), \($0.path)" }),
            ] + leftOut.map { ("Not in it", $0) }
        )
    }
}

extension SnapshotSummary.Kind {
    fileprivate var meaning: String {
        switch self {
        case .manual: "manual: somebody asked for it"
        case .undo: "undo: the state before another snapshot was made live"
        case .plan: "plan: taken by a schedule"
        }
    }
}
