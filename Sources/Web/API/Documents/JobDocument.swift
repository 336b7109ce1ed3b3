import BackupModel

/// The job that runs and how the last one ended, with the keys of `Backup1.Status`.
struct JobDocument: Encodable, Equatable {
    let id: SnapshotID
    let progress: UInt32
    let state: String
    let phase: String
    let bytesDone: UInt64
    let bytesTotal: UInt64
    let filesDone: UInt64
    let filesTotal: UInt64
    let rate: UInt64
    let eta: UInt32
    let holdingBack: Bool
    let holdingBackReason: String
    let started: UInt64
    let lastId: SnapshotID
    let lastResult: String
    let lastError: String
    let lastErrorName: String
    let lastRestored: RestoredDocument?

    init(_ status: ExportStatus) {
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
        started = status.started
        lastId = status.lastID
        lastResult = status.lastResult?.rawValue ?? ""
        lastError = status.lastError
        lastErrorName = status.lastErrorCode?.busName ?? ""
        lastRestored = status.lastRestored.map(RestoredDocument.init)
    }
}
