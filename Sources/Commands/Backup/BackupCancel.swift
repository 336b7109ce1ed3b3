import ArgumentParser
import BackupModel
import Client

/// `nexus-backup backup cancel`.
struct BackupCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stops the backup that runs, and removes what there is of its file.",
        discussion: """
            With --json, the document is {"cancelled": ID}, where ID is 0 when it isn't known.
            """
    )

    @OptionGroup var options: GlobalOptions

    private struct Document: Encodable {
        let cancelled: SnapshotID
    }

    func run() async throws {
        try await options.withBackups { client in
            // Only to say which it was: whoever may cancel need not be allowed to ask.
            let id = (try? await client.status().id) ?? 0
            try await client.cancel()
            if options.json { return try Console.current.print(json: Document(cancelled: id)) }
            try Console.current.print(
                id == 0 ? "The backup was cancelled." : "The backup of snapshot \(id) was cancelled."
            )
        }
    }
}
