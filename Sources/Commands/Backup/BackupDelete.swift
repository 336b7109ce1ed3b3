import ArgumentParser
import BackupModel
import Client

/// `nexus-backup backup delete`.
struct BackupDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes the files of backups, but not their snapshots.",
        discussion: """
            Of several, the others are deleted when one can't be; the exit status is that of the first that failed.

            Example:
              nexus-backup backup delete 3 4 5
            """
    )

    @Argument(help: SnapshotNumber.backupHelp, completion: NumberCompletion.backups)
    var ids: [SnapshotNumber]

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.withBackups { client in
            try await Deletion(noun: "backup", isJSON: options.json).run(ids) { try await client.delete($0) }
        }
    }
}
