import ArgumentParser
import BackupModel
import Client
import Documents

/// `nexus-backup snapshot list`.
struct SnapshotList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the snapshots.",
        discussion: """
            With --json, the document is {"snapshots": [...]}; each entry has the keys of Snapshot1.GetList.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let snapshots = try await options.withSnapshots { try await $0.list() }.sorted { $0.id < $1.id }
        let console = Console.current
        guard !options.json else {
            return try console.print(json: SnapshotListDocument(snapshots))
        }
        guard !snapshots.isEmpty else { return try console.print("There are no snapshots.") }
        let now = console.now
        let hasSizes = snapshots.contains { $0.exclusiveByteCount != nil }
        let table = Table(
            [
                .init(title: "ID", isRight: true), .init(title: "TAKEN"), .init(title: "OF", rank: 2),
                .init(title: "KIND", rank: 3),
            ] + (hasSizes ? [.init(title: "OWN SIZE", isRight: true, rank: 4)] : [])
                + [.init(title: "DESCRIPTION", isFlexible: true, rank: 1)],
            snapshots.map { snapshot in
                [
                    "\(snapshot.id)", Moment.age(snapshot.created, now: now), snapshot.contents,
                    snapshot.isActive ? "\(snapshot.kind.rawValue), live" : snapshot.kind.rawValue,
                ] + (hasSizes ? [snapshot.exclusiveByteCount.map(Size.text) ?? ""] : []) + [snapshot.description]
            }
        )
        for line in table.lines(width: console.outputWidth) { try console.print(line) }
    }
}

extension SnapshotSummary {
    /// The kinds of sources that it holds.
    var contents: String {
        [(system, "system"), (data, "data")].filter(\.0).map(\.1).joined(separator: ", ")
    }
}
