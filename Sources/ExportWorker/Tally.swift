package import ExportProtocol
import Linux
import Synchronization

/// How far the job is, counted by several threads.
package final class Tally: Sendable {
    private let bytesDone = Atomic<UInt64>(0)
    private let entriesDone = Atomic<UInt64>(0)
    private let bytesWritten = Atomic<UInt64>(0)
    private let totals = Mutex<(bytes: UInt64, entries: UInt64)?>(nil)

    package init() {}

    /// Counts bytes of content as done.
    package func addContent(_ byteCount: UInt64) {
        bytesDone.wrappingAdd(byteCount, ordering: .relaxed)
    }

    /// Counts one entry as done.
    package func addEntry() {
        entriesDone.wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts bytes of the encrypted stream as written.
    func addWritten(_ byteCount: Int) {
        bytesWritten.wrappingAdd(UInt64(byteCount), ordering: .relaxed)
    }

    /// Sets what there is in all.
    package func setTotals(bytes: UInt64, entries: UInt64) {
        totals.withLock { $0 = (bytes, entries) }
    }

    /// Entries written.
    package var entryCount: UInt64 { entriesDone.load(ordering: .relaxed) }
    /// Bytes of the encrypted stream written.
    var byteCount: UInt64 { bytesWritten.load(ordering: .relaxed) }

    /// All of it, for a report, with what there is to tell of the pacing.
    package func progress(_ pacing: Pacing.Report) -> WorkerProgress {
        let totals = totals.withLock { $0 }
        var progress = WorkerProgress(
            bytesDone: bytesDone.load(ordering: .relaxed),
            filesDone: entryCount,
            bytesTotal: totals?.bytes,
            filesTotal: totals?.entries,
            bytesWritten: byteCount
        )
        progress.holdingBackReason = pacing.resource?.reason ?? ""
        progress.heldBackSeconds = UInt64(clamping: pacing.timeHeldBack.components.seconds)
        return progress
    }
}

extension FileAttributes {
    /// What one name of a regular file counts for in the progress: the bytes that are not holes, shared between its names.
    var progressShare: UInt64 {
        guard kind == .regular else { return 0 }
        return min(size, allocatedSize) / UInt64(max(linkCount, 1))
    }
}
