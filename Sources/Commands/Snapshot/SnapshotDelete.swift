import ArgumentParser
import BackupModel
import Client

/// `nexus-backup snapshot delete`.
struct SnapshotDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes snapshots, but not the backups made of them.",
        discussion: """
            Of several, the others are deleted when one can't be; the exit status is that of the first that failed.

            Example:
              nexus-backup snapshot delete 3 4 5
            """
    )

    @Argument(help: SnapshotNumber.help, completion: NumberCompletion.snapshots)
    var ids: [SnapshotNumber]

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.withSnapshots { client in
            try await Deletion(noun: "snapshot", isJSON: options.json).run(ids) { try await client.delete($0) }
        }
    }
}
