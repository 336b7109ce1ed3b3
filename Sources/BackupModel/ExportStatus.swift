/// What `Backup1.Status` tells: the job that runs, and how the last one ended.
public struct ExportStatus: Sendable, Equatable {
    /// How a job ended.
    public enum Result: String, Sendable, Codable, CaseIterable {
        case done
        case failed
        case cancelled
    }

    /// The snapshot being exported, or whose export is being verified, or that is being restored; 0 when none.
    public var id: SnapshotID = 0
    /// Whole percent, 0 to 100, never falling while a job runs.
    public var progress: UInt32 = 0
    /// `idle`, `running` or `cancelling`.
    public var state: String = "idle"
    /// What the job does now: `starting`, `counting`, `exporting`, `verifying`, `restoring`, `finishing`; empty when none runs.
    public var phase: String = ""
    /// Bytes of file contents read so far.
    public var bytesDone: UInt64 = 0
    /// Bytes of file contents in all; 0 until counted.
    public var bytesTotal: UInt64 = 0
    /// Entries (files, directories, links, …) written so far.
    public var filesDone: UInt64 = 0
    /// Entries in all; 0 until counted.
    public var filesTotal: UInt64 = 0
    /// Bytes of file contents per second, over the last seconds.
    public var rate: UInt64 = 0
    /// Seconds left as far as can be told; 0 when it can't.
    public var secondsLeft: UInt32 = 0
    /// Whether the job works less than it could, as other programs wait.
    public var isHoldingBack = false
    /// What they wait for, as a sentence; empty while the job does not hold back.
    public var holdingBackReason = ""
    /// Seconds the job has paused for other programs so far.
    public var heldBackSeconds: UInt64 = 0
    /// The I/O scheduler of the disk under the exports, such as `mq-deadline`; empty when it is not known.
    public var ioScheduler = ""
    /// Bytes that are free where exports are kept; nil when that is not known.
    public var freeByteCount: UInt64?
    /// When the job started, in seconds since 1970-01-01 UTC; 0 when none runs.
    public var started: UInt64 = 0
    /// The id of the job that ended last; 0 when none did.
    public var lastID: SnapshotID = 0
    /// How that one ended.
    public var lastResult: Result?
    /// Why that one failed; empty when it did not.
    public var lastError: String = ""
    /// The kind of that failure; nil when it did not fail, or that is not known.
    public var lastErrorCode: BackupError.Code?
    /// What that one has restored, also when it failed; nil when it was no restoration.
    public var lastRestored: RestoreSummary?

    /// The status of a service that has done nothing yet.
    public init() {}
}
