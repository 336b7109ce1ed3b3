public import SystemPackage

/// The daemon's configuration, `config.toml`: where things are and how exports are made.
public struct Configuration: Sendable {
    /// Where snapshots and exports are kept.
    public struct Storage: Sendable, Equatable {
        /// The directory that holds one directory for each snapshot.
        public var snapshots: FilePath
        /// The directory that holds the exported files.
        public var backups: FilePath

        /// Creates the places from absolute paths.
        public init(snapshots: FilePath, backups: FilePath) {
            self.snapshots = snapshots
            self.backups = backups
        }
    }

    /// How an export is made where its caller says nothing else.
    public struct Export: Sendable, Equatable {
        /// How the tar stream is compressed before it is encrypted.
        public enum Compression: String, Sendable, CaseIterable {
            case none
            case zstd
        }

        /// The I/O scheduling class of the processes that read and encrypt; see ioprio_set(2).
        public enum IOPriority: String, Sendable, CaseIterable {
            case idle
            case bestEffort = "best-effort"
        }

        /// How the tar stream is compressed before it is encrypted.
        public var compression: Compression
        /// The I/O scheduling class of an export.
        public var ioPriority: IOPriority
        /// The most bytes read per second; 0 for no limit.
        public var maxRate: UInt64
        /// Whether each export gets an index, which tells the names of its files without a password.
        public var index: Bool

        /// Creates settings; each has the default of an absent key.
        public init(
            compression: Compression = .none,
            ioPriority: IOPriority = .idle,
            maxRate: UInt64 = 0,
            index: Bool = true
        ) {
            self.compression = compression
            self.ioPriority = ioPriority
            self.maxRate = maxRate
            self.index = index
        }
    }

    /// Where snapshots and exports are kept.
    public var storage: Storage
    /// What a snapshot is taken of, at least one.
    public var sources: [Source]
    /// How an export is made.
    public var export: Export

    /// Where this was read from, for errors found later.
    var origin: Origin

    /// Creates a configuration from its parts, which are not checked.
    public init(storage: Storage, sources: [Source], export: Export = Export()) {
        self.init(storage: storage, sources: sources, export: export, origin: Origin())
    }

    init(storage: Storage, sources: [Source], export: Export, origin: Origin) {
        self.storage = storage
        self.sources = sources
        self.export = export
        self.origin = origin
    }
}

extension Configuration {
    /// The file that is read where no other is named.
    public static let defaultFile: FilePath = "/etc/nexus-backup/config.toml"

    /// What an empty file means.
    public static let `default` = Configuration(
        storage: Storage(snapshots: "/broot/snapshot/snapshots", backups: "/broot/backups"),
        sources: [
            Source(name: "system", path: "/broot/system", kind: .system),
            Source(name: "data", path: "/broot/data", kind: .data),
        ]
    )

    /// The same with every path looked up below the directory `root`.
    public func prefixed(by root: FilePath) -> Configuration {
        func below(_ path: FilePath) -> FilePath {
            root.appending(path.components)
        }
        var result = self
        result.storage = Storage(snapshots: below(storage.snapshots), backups: below(storage.backups))
        for index in result.sources.indices {
            result.sources[index].path = below(result.sources[index].path)
        }
        return result
    }
}

/// Where a configuration was read from.
struct Origin: Sendable {
    var file = "the built-in configuration"
    var storage: Position?
    /// By the source's name.
    var sources: [String: Position] = [:]
}
