import ArgumentParser

/// `nexus-backup snapshot`.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Takes, lists and deletes snapshots.",
        subcommands: [SnapshotCreate.self, SnapshotList.self, SnapshotDelete.self]
    )

    @OptionGroup var options: GlobalOptions
}
