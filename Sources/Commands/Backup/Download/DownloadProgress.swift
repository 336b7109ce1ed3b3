import BackupModel
import Synchronization

/// How far a download is, and whether it is to stop; shared by who does it and who shows it.
final class DownloadProgress: Sendable {
    private struct State {
        var position: UInt64 = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let id: SnapshotID
    private let total: UInt64
    private let start = ContinuousClock.now

    init(id: SnapshotID, total: UInt64) {
        self.id = id
        self.total = total
    }

    /// Notes that `position` bytes are done.
    /// - Throws: `CancellationError` where it is to stop.
    func note(_ position: UInt64) throws {
        let isStopped = state.withLock { state in
            state.position = position
            return state.isStopped
        }
        if isStopped { throw CancellationError() }
    }

    /// Notes that all begins anew.
    func restart() {
        state.withLock { $0.position = 0 }
    }

    /// Has the next ``note(_:)`` throw.
    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// How far it is, as a display shows it.
    var status: ExportStatus {
        let position = state.withLock { $0.position }
        let elapsed = start.duration(to: .now) / .seconds(1)
        var status = ExportStatus()
        status.id = id
        status.phase = "exporting"
        (status.bytesDone, status.bytesTotal) = (position, total)
        status.progress = total == 0 ? 100 : UInt32(Double(position) / Double(total) * 100)
        if elapsed > 0.5, position > 0 {
            status.rate = UInt64(Double(position) / elapsed)
            status.secondsLeft = UInt32(clamping: Int64(Double(total - min(position, total)) / Double(status.rate + 1)))
        }
        return status
    }
}
