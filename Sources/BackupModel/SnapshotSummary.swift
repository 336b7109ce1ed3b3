/// The number that names a snapshot and the export made of it: never 0, never reused, counted up.
public typealias SnapshotID = UInt32

/// What `Snapshot1.GetList` tells of one snapshot.
public struct SnapshotSummary: Sendable, Equatable, Codable {
    /// Why a snapshot was taken.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Somebody asked for it.
        case manual
        /// Taken before an activation, so that it can be undone.
        case undo
        /// Taken by a schedule.
        case plan
    }

    /// The snapshot's id.
    public var id: SnapshotID
    /// The caller's words, as given.
    public var description: String
    /// When it was taken, in seconds since 1970-01-01 UTC.
    public var created: UInt64
    /// Whether it holds the sources of kind *system*.
    public var system: Bool
    /// Whether it holds the sources of kind *data*.
    public var data: Bool
    /// The directory that holds one tree for each source; bytes that are not UTF-8 are replaced for display.
    public var path: String
    /// Whether the filesystem keeps every tree from being changed.
    public var isReadOnly: Bool
    /// Whether each tree is the state of its source at one instant; a copied tree is not.
    public var isAtomic: Bool
    /// Whether this is the state that is live now.
    public var isActive: Bool
    /// Why it was taken.
    public var kind: Kind
    /// Bytes that only this snapshot uses, where the filesystem can tell (btrfs with quotas enabled).
    public var exclusiveByteCount: UInt64?
    /// What is not in it, one sentence fragment each: nested subvolumes left out, sockets, the product's own directories.
    public var leftOut: [String]

    /// Creates a summary from its parts.
    public init(
        id: SnapshotID,
        description: String,
        created: UInt64,
        system: Bool,
        data: Bool,
        path: String,
        isReadOnly: Bool,
        isAtomic: Bool,
        isActive: Bool,
        kind: Kind,
        exclusiveByteCount: UInt64?,
        leftOut: [String]
    ) {
        self.id = id
        self.description = description
        self.created = created
        self.system = system
        self.data = data
        self.path = path
        self.isReadOnly = isReadOnly
        self.isAtomic = isAtomic
        self.isActive = isActive
        self.kind = kind
        self.exclusiveByteCount = exclusiveByteCount
        self.leftOut = leftOut
    }
}
