import ArgumentParser
import BackupModel
import Client

/// `nexus-backup snapshot create`.
struct SnapshotCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Takes a snapshot.",
        discussion: """
            Without --system and --data, the snapshot holds the sources of both kinds.

            Examples:
              nexus-backup snapshot create before the upgrade
              nexus-backup snapshot create --data
            """
    )

    @Flag(help: "Take a snapshot of the sources of kind system.")
    var system = false

    @Flag(help: "Take a snapshot of the sources of kind data.")
    var data = false

    @Argument(help: "What the list shall say of the snapshot.")
    var description: [String] = []

    @OptionGroup var options: GlobalOptions

    private static let undertaking = Undertaking(
        doing: "Taking the snapshot",
        afterwards: "The snapshot is taken all the same; `nexus-backup snapshot list` shows it once it is complete, "
            + "and `nexus-backup snapshot delete` deletes it then."
    )

    private struct Document: Encodable {
        let id: SnapshotID
        let system: Bool
        let data: Bool
        let description: String
        let leftOut: [String]
    }

    func run() async throws {
        let isBoth = !system && !data
        let text = description.joined(separator: " ")
        try await options.withSnapshots { client in
            let id = try await Self.undertaking.run(Console.current) {
                try await client.create(system: system || isBoth, data: data || isBoth, description: text)
            }
            // Whoever may create a snapshot need not be allowed to list them; it is there all the same.
            let snapshot = try? await client.list().first { $0.id == id }
            let leftOut = snapshot?.leftOut ?? []
            let console = Console.current
            guard !options.json else {
                return try console.print(
                    json: Document(
                        id: id,
                        system: system || isBoth,
                        data: data || isBoth,
                        description: text,
                        leftOut: leftOut
                    )
                )
            }
            let kinds = isBoth ? "system and data" : system && data ? "system and data" : system ? "system" : "data"
            try console.print(
                "Snapshot \(id) of \(kinds) was taken\(snapshot.map { " at \($0.path.escapedForTerminal)" } ?? "")."
            )
            for item in leftOut { try console.print("Not in it: \(item.escapedForTerminal)") }
            if snapshot?.isAtomic == false {
                try console.print("It was copied file by file, and so is not the state of one instant.")
            }
        }
    }
}
