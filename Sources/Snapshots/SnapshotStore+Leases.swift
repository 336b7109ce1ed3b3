public import BackupModel
import Linux

extension SnapshotStore {
    /// Holds on to a snapshot, which can't be deleted until the lease is released.
    /// - Throws: `BackupError` with `notFound`.
    public func lease(_ id: SnapshotID) async throws -> SnapshotLease {
        guard leases.take(id) else {
            throw BackupError(.notFound, "Snapshot \(id) is being deleted; Snapshot1.GetList tells which there are.")
        }
        do {
            return try await blocking { [directory, leases] in try directory.lease(id) { leases.giveBack(id) } }
        } catch {
            leases.giveBack(id)
            throw error
        }
    }

    /// Whether there is a snapshot of this id.
    public func exists(_ id: SnapshotID) async -> Bool {
        await (try? blocking { [directory] in directory.exists(id) }) ?? false
    }
}
