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
}

extension SnapshotSource {
    /// Opens the live tree.
    func open() throws(LinuxError) -> Descriptor {
        try Descriptor.open(path, [.readOnly, .directory])
    }
}
