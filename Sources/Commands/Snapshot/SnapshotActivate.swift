import ArgumentParser
import BackupModel
import Client

/// `nexus-backup snapshot activate`.
struct SnapshotActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Puts the system or its data back to the state of a snapshot.",
        discussion: """
            First a snapshot of the present state is taken; `snapshot undo` goes back to it. \(Activation.reboot)

            On a terminal it asks whether that is meant; --yes answers.

            Example:
              nexus-backup snapshot activate 7
            """
    )

    @Argument(help: SnapshotNumber.help, completion: NumberCompletion.snapshots)
    var id: SnapshotNumber

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.withSnapshots { client in
            try await Activation(client: client, isConfirmed: yes, isJSON: options.json).run(id.id)
        }
    }
}
