import BackupModel

/// Deletes several things one after the other, and goes on after one that can't be deleted.
struct Deletion {
    private struct Document: Encodable {
        struct Failure: Encodable {
            let id: SnapshotID
            let code: String
            let message: String
        }

        let deleted: [SnapshotID]
        let failed: [Failure]
    }

    /// What is deleted, such as `snapshot`.
    let noun: String
    let isJSON: Bool

    private func undertaking(_ id: SnapshotID) -> Undertaking {
        Undertaking(
            doing: "Deleting \(noun) \(id)",
            afterwards: "The service goes on to delete \(noun) \(id); `nexus-backup \(noun) list` shows it until it is "
                + "gone."
        )
    }

    /// Deletes all of `numbers` by `delete`, and tells what came of each.
    ///
    /// - Throws: `ReportedFailure` with the exit status of the first that failed.
    func run(_ numbers: [SnapshotNumber], _ delete: @escaping @Sendable (SnapshotID) async throws -> Void) async throws
    {
        let console = Console.current
        var deleted: [SnapshotID] = []
        var failures: [(id: SnapshotID, error: BackupError)] = []
        for number in numbers {
            do {
                try await undertaking(number.id).run(console) { try await delete(number.id) }
                deleted.append(number.id)
                if !isJSON { try console.print("Deleted \(noun) \(number.id).") }
            } catch let error as BackupError {
                failures.append((number.id, error))
                console.note("nexus-backup: \(error.message.escapedForTerminal)")
            }
        }
        if isJSON {
            let failed = failures.map {
                Document.Failure(id: $0.id, code: $0.error.code.rawValue, message: $0.error.message)
            }
            try console.print(json: Document(deleted: deleted, failed: failed))
        }
        if let first = failures.first { throw ReportedFailure(exitStatus: first.error.code.exitStatus) }
    }
}
