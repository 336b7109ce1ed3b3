import Linux
import SystemPackage

/// A way to take snapshots of a source. Everything blocks.
protocol Volume: Sendable {
    /// Makes the tree called like `source` in `parent`, the state of the source now; what it holds is on stable storage when
    /// this returns.
    ///
    /// - Parameter excluding: Directories, of the product itself, of which nothing is to be in the snapshot.
    func snapshot(
        _ source: SnapshotSource,
        into parent: borrowing Descriptor,
        excluding: [FilePath]
    ) throws -> SnapshotRecord.Tree

    /// Makes `name` in `parent` a copy of a snapshot's tree in which everything can be changed, nested subvolumes included; on
    /// stable storage when this returns.
    ///
    /// - Parameters:
    ///   - path: Where the tree is, for messages.
    ///   - asSubvolume: Whether the copy is to be a subvolume, as what it takes the place of is one.
    func copy(
        _ tree: SharedDescriptor,
        at path: FilePath,
        to name: FilePath,
        in parent: borrowing Descriptor,
        asSubvolume: Bool
    ) throws
}

extension SnapshotSource {
    /// Opens the live tree.
    func open() throws(LinuxError) -> Descriptor {
        try Descriptor.open(path, [.readOnly, .directory])
    }
}
