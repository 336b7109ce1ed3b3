public import BackupModel

/// What the worker says on its standard error: one JSON object a line.
public enum WorkerEvent: Sendable, Codable, Equatable {
    /// How far it is; at most four times a second.
    case progress(WorkerProgress)
    /// Something worth a line in the log that does not fail the job.
    case note(String)
    /// The archive is complete: everything was read, gpg ended well, all of it was written. The last line of a good job.
    case done(WorkerResult)
    /// The job failed. The last line of a bad job.
    case failed(WorkerFailure)
}

/// How far a worker is.
public struct WorkerProgress: Sendable, Codable, Equatable {
    /// Bytes of file contents read.
    public var bytesDone: UInt64
    /// Entries written.
    public var filesDone: UInt64
    /// Bytes of file contents in all, once counted.
    public var bytesTotal: UInt64?
    /// Entries in all, once counted.
    public var filesTotal: UInt64?
    /// Bytes of the encrypted stream written.
    public var bytesWritten: UInt64
    /// Why the worker holds back at present, as a sentence; empty while it does not.
    public var holdingBackReason = ""
    /// Seconds it has paused for other programs.
    public var heldBackSeconds: UInt64 = 0

    /// Creates a progress of a worker that has not held back.
    public init(bytesDone: UInt64, filesDone: UInt64, bytesTotal: UInt64?, filesTotal: UInt64?, bytesWritten: UInt64) {
        self.bytesDone = bytesDone
        self.filesDone = filesDone
        self.bytesTotal = bytesTotal
        self.filesTotal = filesTotal
        self.bytesWritten = bytesWritten
    }
}

/// What a worker tells of a complete archive.
public struct WorkerResult: Sendable, Codable, Equatable {
    /// Bytes of the encrypted stream.
    public var byteCount: UInt64
    /// SHA-256 of the encrypted stream, lower-case hexadecimal.
    public var sha256: String
    /// Entries written.
    public var entryCount: UInt64
    /// What was left out by rule, a path and the reason each, at most 1,000 of them and not more than 128 KiB; a directory
    /// stands for all that is in it.
    public var leftOut: [String]
    /// How many were left out in all.
    public var leftOutCount: UInt64
    /// What was restored; nil when that was not the job.
    public var restoration: RestorationResult?
    /// Whether the archive has no manifest, as something else has made it; nil means no.
    public var lacksManifest: Bool?
    /// Whether the archive had a manifest to compare it with, or got one.
    public var hasManifest: Bool { lacksManifest != true }

    /// Creates a result from its parts.
    public init(byteCount: UInt64, sha256: String, entryCount: UInt64, leftOut: [String], leftOutCount: UInt64) {
        self.byteCount = byteCount
        self.sha256 = sha256
        self.entryCount = entryCount
        self.leftOut = leftOut
        self.leftOutCount = leftOutCount
    }
}

/// Why a worker failed.
public struct WorkerFailure: Sendable, Codable, Equatable {
    /// The kind of failure.
    public var code: BackupError.Code
    /// One sentence for the caller.
    public var message: String
    /// What had been restored by then; nil when that was not the job.
    public var restoration: RestorationResult?

    /// Creates a failure.
    public init(code: BackupError.Code, message: String) {
        self.code = code
        self.message = message
    }
}
