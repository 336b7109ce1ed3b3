package import BackupModel

/// The job that runs and how the last one ended, with the keys of `Backup1.Status`.
package struct BackupStatusDocument: Encodable, Equatable {
    package let id: SnapshotID
    package let progress: UInt32
    package let state: String
    package let phase: String
    package let bytesDone: UInt64
    package let bytesTotal: UInt64
    package let filesDone: UInt64
    package let filesTotal: UInt64
    package let rate: UInt64
    package let eta: UInt32
    package let holdingBack: Bool
    package let holdingBackReason: String
    package let heldBackSeconds: UInt64
    package let ioScheduler: String
    package let freeBytes: UInt64?
    package let started: UInt64
    package let lastID: SnapshotID
    package let lastResult: String
    package let lastError: String
    package let lastErrorName: String
    package let lastRestored: RestoredDocument?

    package init(_ status: ExportStatus) {
        id = status.id
        progress = status.progress
        state = status.state
        phase = status.phase
        bytesDone = status.bytesDone
        bytesTotal = status.bytesTotal
        filesDone = status.filesDone
        filesTotal = status.filesTotal
        rate = status.rate
        eta = status.secondsLeft
        holdingBack = status.isHoldingBack
        holdingBackReason = status.holdingBackReason
        heldBackSeconds = status.heldBackSeconds
        ioScheduler = status.ioScheduler
        freeBytes = status.freeByteCount
        started = status.started
        lastID = status.lastID
        lastResult = status.lastResult?.rawValue ?? ""
        lastError = status.lastError
        lastErrorName = status.lastErrorCode?.busName ?? ""
        lastRestored = status.lastRestored.map { RestoredDocument($0, below: nil) }
    }
}
