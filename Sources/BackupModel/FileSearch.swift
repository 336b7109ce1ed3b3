/// An entry whose path matches what was searched for, and the export it is in.
public struct FileMatch: Sendable, Equatable {
    /// The export.
    public var id: SnapshotID
    /// When the export was completed, in seconds since 1970-01-01 UTC.
    public var exportCreated: UInt64
    /// When its snapshot was taken, in seconds since 1970-01-01 UTC.
    public var snapshotCreated: UInt64
    /// The entry, with its whole path.
    public var entry: FileEntry

    /// Creates a match.
    public init(id: SnapshotID, exportCreated: UInt64, snapshotCreated: UInt64, entry: FileEntry) {
        self.id = id
        self.exportCreated = exportCreated
        self.snapshotCreated = snapshotCreated
        self.entry = entry
    }
}

/// What a search over all exports found.
public struct FileSearchResult: Sendable, Equatable {
    /// An export that could not be searched.
    public struct Unsearched: Sendable, Equatable {
        /// The export.
        public var id: SnapshotID
        /// Why, as one sentence.
        public var reason: String

        /// Creates one.
        public init(id: SnapshotID, reason: String) {
            self.id = id
            self.reason = reason
        }
    }

    /// What matches, by path, component by component, and then by id.
    public var matches: [FileMatch] = []
    /// The exports that were passed over, by id.
    public var unsearched: [Unsearched] = []

    /// Creates an empty result.
    public init() {}
}

/// Which part of a long list is wanted.
public struct FilePage: Sendable, Equatable {
    /// The most entries.
    public var limit: Int
    /// How many entries come before the first.
    public var offset: Int

    /// Creates a page.
    public init(limit: Int, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }

    /// What a page of a directory may be.
    public static let ofDirectory = Bounds(defaultLimit: 1000, maximumLimit: 10_000, maximumOffset: Int(Int32.max))
    /// What a page of search results may be.
    public static let ofSearch = Bounds(defaultLimit: 100, maximumLimit: 1000, maximumOffset: 10_000)

    /// The numbers that a page may have.
    public struct Bounds: Sendable {
        /// The limit where none is given.
        public let defaultLimit: Int
        /// The greatest limit.
        public let maximumLimit: Int
        /// The greatest offset.
        public let maximumOffset: Int
    }
}
