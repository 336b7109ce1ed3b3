import Linux
import SystemPackage

/// A way to take snapshots of a source. Everything blocks.
protocol Volume: Sendable {
    /// Makes the tree called like `source` in `parent`, the state of the source now; a power cut does not undo it.
    ///
    /// - Parameter excluding: Directories, of the product itself, of which nothing is to be in the snapshot.
    func snapshot(
        _ source: SnapshotSource,
        into parent: borrowing Descriptor,
        excluding: [FilePath]
    ) throws -> SnapshotRecord.Tree
}
