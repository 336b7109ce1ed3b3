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
        let live = SharedDescriptor(try source.open())
        let own = try OwnDirectories(excluding, in: live.descriptor, of: source)
        try parent.makeDirectory(name)
        let tree = SharedDescriptor(try parent.open(name, [.readOnly, .directory, .noFollow]))
        var copy = try TreeCopy(of: live, at: own.source, excluding: excluding, isRecursive: source.isRecursive)
        try copy.run(to: tree)
        try parent.synchronizeFilesystem()
        return SnapshotRecord.Tree(
            name: source.name,
            path: source.path.string,
            kind: source.kind,
            driver: .clone,
            isReadOnly: false,
            isAtomic: false,
            subvolumes: [],
            leftOut: copy.leftOut.fragments
        )
    }
}
