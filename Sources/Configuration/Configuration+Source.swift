public import SystemPackage

extension Configuration {
    /// A directory tree that snapshots are taken of.
    public struct Source: Sendable, Equatable {
        /// Which of the two flags of `Snapshot1.Create` selects a source.
        public enum Kind: String, Sendable, CaseIterable {
            case system
            case data
        }

        /// How a snapshot of a source is made.
        public enum Driver: String, Sendable, CaseIterable {
            /// By looking at the filesystem.
            case auto
            /// A btrfs snapshot.
            case btrfs
            /// A copy, by reflink where the filesystem can.
            case clone
        }

        /// The name of its directory inside a snapshot.
        public var name: String
        /// The absolute path of the tree.
        public var path: FilePath
        /// Which flag selects it.
        public var kind: Kind
        /// Whether nested subvolumes are snapshotted along.
        public var recursive: Bool
        /// How a snapshot of it is made.
        public var driver: Driver
        /// Patterns in the syntax of gitignore(5) of what is left out of its exports.
        public var exclude: [String]
        /// Whether what is in directories with a `CACHEDIR.TAG` is left out of its exports.
        public var excludeCaches: Bool
        /// Whether what is in directories with a file `.nobackup` is left out of its exports.
        public var excludeMarked: Bool

        /// Creates a source; what is not given has the default of an absent key.
        public init(
            name: String,
            path: FilePath,
            kind: Kind,
            recursive: Bool = true,
            driver: Driver = .auto,
            exclude: [String] = [],
            excludeCaches: Bool = false,
            excludeMarked: Bool = false
        ) {
            self.name = name
            self.path = path
            self.kind = kind
            self.recursive = recursive
            self.driver = driver
            self.exclude = exclude
            self.excludeCaches = excludeCaches
            self.excludeMarked = excludeMarked
        }
    }
}
