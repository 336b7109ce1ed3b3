public import BackupModel

/// Which export an index is about; of one that was replaced since, the checksum differs.
public struct IndexSubject: Sendable, Codable, Equatable {
    /// The export.
    public var id: SnapshotID
    /// The inode number of its file.
    public var inode: UInt64
    /// The bytes of its file.
    public var size: UInt64
    /// The SHA-256 of its file, in lower-case hexadecimal.
    public var sha256: String
    /// When it was completed, in seconds since 1970-01-01 UTC.
    public var created: UInt64
    /// When its snapshot was taken, in seconds since 1970-01-01 UTC.
    public var snapshotCreated: UInt64

    /// Creates a subject from its parts.
    public init(
        id: SnapshotID,
        inode: UInt64,
        size: UInt64,
        sha256: String,
        created: UInt64,
        snapshotCreated: UInt64
    ) {
        self.id = id
        self.inode = inode
        self.size = size
        self.sha256 = sha256
        self.created = created
        self.snapshotCreated = snapshotCreated
    }
}

/// The job of one `nexus-index`: the first line on its standard input, as one JSON object.
///
/// After that line standard input stays open and silent for as long as the index is wanted. A program that fails has said why in
/// one line of JSON on its standard output, a ``WorkerFailure``.
public struct IndexRequest: Sendable, Codable, Equatable {
    /// The longest line there is.
    public static let maximumByteCount = 64 << 10

    /// What the index is about.
    public var subject: IndexSubject
    /// The file with the records of the entries; see ``EntrySpoolFormat``.
    public var spool: String
    /// The index to make; not there yet.
    public var output: String

    /// Creates a request.
    public init(subject: IndexSubject, spool: String, output: String) {
        self.subject = subject
        self.spool = spool
        self.output = output
    }
}
