public import SystemPackage

/// A tree on the machine of which snapshots are taken.
public struct SnapshotSource: Sendable, Equatable {
    /// What a source holds, which is how callers choose it.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case system
        case data
    }

    /// How a snapshot of a source is taken.
    public enum Driver: String, Sendable, CaseIterable {
        /// As the filesystem under it allows.
        case automatic
        /// By a btrfs snapshot; an error where that can't be.
        case btrfs
        /// By a copy.
        case clone
    }

    /// The name of the directory that holds its tree in a snapshot.
    public var name: String
    /// The live tree.
    public var path: FilePath
    /// What it holds.
    public var kind: Kind
    /// How its snapshot is taken.
    public var driver: Driver
    /// Whether btrfs subvolumes in it are part of its snapshots.
    public var isRecursive: Bool

    /// Creates a source.
    public init(
        name: String,
        path: FilePath,
        kind: Kind,
        driver: Driver = .automatic,
        isRecursive: Bool = true
    ) {
        self.name = name
        self.path = path
        self.kind = kind
        self.driver = driver
        self.isRecursive = isRecursive
    }
}
