public import BackupModel

/// The first member of an export, `nexus-backup.json`: what this archive is, for whoever opens it in ten years.
public struct ExportLabel: Sendable, Codable, Equatable {
    /// The name of the archive member that holds the label.
    public static let memberName = "nexus-backup.json"

    /// Always `nexus-backup`.
    public var format = "nexus-backup"
    /// Counted up when the layout of the archive changes in a way that a reader must know.
    public var version = 1
    /// The snapshot's id.
    public var id: SnapshotID
    /// The snapshot's description.
    public var description: String
    /// When the snapshot was taken, in seconds since 1970-01-01 UTC.
    public var created: UInt64
    /// The name of the machine it was taken on.
    public var host: String
    /// The sources: the directory in the archive, the live path it was taken from, and its kind.
    public var sources: [Source]
    /// What the snapshot could not hold, one sentence fragment each.
    public var leftOut: [String]

    /// Where one tree of the archive came from.
    public struct Source: Sendable, Codable, Equatable {
        /// The directory in the archive.
        public var name: String
        /// The live path it was taken from.
        public var path: String
        /// `system` or `data`.
        public var kind: String
        /// What was to be left out of it; nil when nothing was.
        public var excludes: ExportExcludes?

        /// Creates a source.
        public init(name: String, path: String, kind: String, excludes: ExportExcludes? = nil) {
            self.name = name
            self.path = path
            self.kind = kind
            self.excludes = excludes
        }
    }

    /// Creates a label from its parts.
    public init(
        id: SnapshotID,
        description: String,
        created: UInt64,
        host: String,
        sources: [Source],
        leftOut: [String]
    ) {
        self.id = id
        self.description = description
        self.created = created
        self.host = host
        self.sources = sources
        self.leftOut = leftOut
    }
}
