import Linux
import SystemPackage

/// Snapshots by copying, on any filesystem: blocks are shared where it can, and what changes meanwhile may be caught in
/// between, which the record says.
struct CloneVolume: Volume {
    func snapshot(
        _ source: SnapshotSource,
        into parent: borrowing Descriptor,
        excluding: [FilePath]
    ) throws -> SnapshotRecord.Tree {
        let name = FilePath(source.name)
        try parent.makeDirectory(name)
        let live = SharedDescriptor(try Descriptor.open(source.path, [.readOnly, .directory]))
        let tree = SharedDescriptor(try parent.open(name, [.readOnly, .directory, .noFollow]))
        var copy = try TreeCopy(of: live, at: source.path, excluding: excluding)
        try copy.run(to: tree)
        try parent.synchronizeFilesystem()
        return SnapshotRecord.Tree(
            name: source.name,
            source: source.path.string,
            kind: source.kind,
            driver: "clone",
            isReadOnly: false,
            isAtomic: false,
            subvolumes: [],
            leftOut: copy.leftOut.fragments
        )
    }
}
