public import BackupModel

/// What an exporter tells while it works; the source of the bus signals.
public enum ExportEvent: Sendable, Equatable {
    /// The running job reached `percent`; at most four times a second.
    case progress(id: SnapshotID, percent: UInt32)
    /// A job ended; `error` is empty when it is done.
    case finished(id: SnapshotID, result: ExportStatus.Result, error: String)
}
