/// What `Backup1.GetList` tells of one export.
public struct ExportSummary: Sendable, Equatable, Codable {
    /// The id of the snapshot it was made of.
    public var id: SnapshotID
    /// Where its file is.
    public var path: String
    /// Its file's name, `nexus_backup_<id>.tar.gpg`.
    public var name: String
    /// Its file's size in bytes.
    public var size: UInt64
    /// When it was completed, in seconds since 1970-01-01 UTC.
    public var created: UInt64
    /// The SHA-256 of its file, in lower-case hexadecimal; empty when it is not known.
    public var sha256: String
    /// The snapshot's description.
    public var description: String
    /// Whether the snapshot it was made of is still there.
    public var snapshotExists: Bool
    /// Whether it was read back and compared since it was written.
    public var isVerified: Bool
    /// When that was, in seconds since 1970-01-01 UTC; 0 when it was not.
    public var verifiedAt: UInt64 = 0

    /// Creates a summary from its parts.
    public init(
        id: SnapshotID,
        path: String,
        name: String,
        size: UInt64,
        created: UInt64,
        sha256: String,
        description: String,
        snapshotExists: Bool,
        isVerified: Bool
    ) {
        self.id = id
        self.path = path
        self.name = name
        self.size = size
        self.created = created
        self.sha256 = sha256
        self.description = description
        self.snapshotExists = snapshotExists
        self.isVerified = isVerified
    }
}
