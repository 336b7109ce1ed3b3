import ArgumentParser

/// `nexus-backup snapshot`.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Takes, lists and deletes snapshots, and goes back to them.",
        subcommands: [
            SnapshotCreate.self, SnapshotList.self, SnapshotShow.self, SnapshotActivate.self, SnapshotUndo.self,
            SnapshotDelete.self,
        ]
    )

    @OptionGroup var options: GlobalOptions
}
