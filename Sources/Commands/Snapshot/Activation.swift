import BackupModel
import Client
import Linux

/// Makes a snapshot live for a person, who is asked first, or for a script.
struct Activation {
    /// What a reboot does, for the help.
    static let reboot = """
        What is mounted, such as the root filesystem, shows the new state after a reboot only, and what is written there \
        until then is not in it.
        """

    private struct Document: Encodable {
        let id: SnapshotID
        let undoID: SnapshotID
        let rebootRequired: Bool?
        let mountsOfOld: [String]?
    }

    let client: SnapshotClient
    /// Whether nobody is to be asked.
    let isConfirmed: Bool
    let isJSON: Bool

    /// Activates the snapshot `id`, and tells what came of it.
    func run(_ id: SnapshotID) async throws {
        let console = Console.current
        if !isConfirmed, console.input.isTerminal { try await confirm(id, console) }
        let undertaking = Undertaking(
            doing: "Going back to snapshot \(id)",
            afterwards: "The service goes on all the same; `nexus-backup status` tells when it is done, and "
                + "`nexus-backup snapshot undo` goes back then."
        )
        let undo = try await undertaking.run(console) { [client] in try await client.activate(id) }
        // Whoever may activate a snapshot need not be allowed to ask for the status.
        let status = try? await client.status()
        guard !isJSON else {
            return try console.print(
                json: Document(
                    id: id,
                    undoID: undo,
                    rebootRequired: status?.isRebootRequired,
                    mountsOfOld: status?.mountsOfOld
                )
            )
        }
        try console.print("The state of snapshot \(id) is live.")
        try console.print("Snapshot \(undo) is the state before; `nexus-backup snapshot undo` goes back to it.")
        guard let status else {
            return try console.print(Self.reboot)
        }
        guard status.isRebootRequired else { return }
        let mounts = status.mountsOfOld.map(\.escapedForTerminal).joined(separator: ", ")
        try console.print(
            "Still mounted is the state before, at \(mounts): reboot to see the new one. What is written there until then "
                + "is not in it."
        )
    }

    /// Asks at the terminal whether that is meant.
    /// - Throws: `BackupError` with `cancelled` when it is not.
    private func confirm(_ id: SnapshotID, _ console: Console) async throws {
        let snapshot = try? await client.list().first { $0.id == id }
        let description =
            snapshot.map { " of \(Moment.age($0.created, now: console.now)), \"\($0.description)\"" } ?? ""
        console.note("The live state is replaced by that of snapshot \(id)\(description.escapedForTerminal).")
        console.note("A snapshot of the present state is taken first. \(Self.reboot)")
        console.show("Are you sure? [y/N] ")
        let answer = try await blocking { [input = console.input] in
            try LineReader(input).line(limit: 100).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw BackupError(.cancelled, "Nothing was changed.")
        }
    }
}
