import BackupModel
import Synchronization

/// Which snapshots are being read, and which one is being deleted: never the same.
final class LeaseTable: Sendable {
    private struct State {
        var readers: [SnapshotID: Int] = [:]
        var deletions: Set<SnapshotID> = []
    }

    private let state = Mutex(State())

    /// Counts a reader; false when the snapshot is being deleted.
    func take(_ id: SnapshotID) -> Bool {
        state.withLock { state in
            guard !state.deletions.contains(id) else { return false }
            state.readers[id, default: 0] += 1
            return true
        }
    }

    /// Ends what ``take(_:)`` began.
    func giveBack(_ id: SnapshotID) {
        state.withLock { state in
            guard let count = state.readers[id] else { return }
            state.readers[id] = count > 1 ? count - 1 : nil
        }
    }

    /// Keeps readers away; false when there is one.
    func beginDeletion(of id: SnapshotID) -> Bool {
        state.withLock { state in
            guard state.readers[id] == nil else { return false }
            state.deletions.insert(id)
            return true
        }
    }

    /// Ends what ``beginDeletion(of:)`` began.
    func endDeletion(of id: SnapshotID) {
        state.withLock { _ = $0.deletions.remove(id) }
    }
}
