import ArgumentParser
import BackupModel
import Client

/// `nexus-backup snapshot undo`.
struct SnapshotUndo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Goes back to the state before the last activation.",
        discussion: """
            This activates the newest snapshot of kind undo. As that takes another one first, a second undo undoes the \
            first. \(Activation.reboot)

            On a terminal it asks whether that is meant; --yes answers.
            """
    )

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.withSnapshots { client in
            guard let newest = try await client.list().filter({ $0.kind == .undo }).map(\.id).max() else {
                throw BackupError(
                    .notFound,
                    "There is no snapshot of kind undo to go back to; `snapshot activate` takes one, and `snapshot list` "
                        + "tells which there are."
                )
            }
            try await Activation(client: client, isConfirmed: yes, isJSON: options.json).run(newest)
        }
    }
}
