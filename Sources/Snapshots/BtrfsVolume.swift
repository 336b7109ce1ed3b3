import BackupModel
import Btrfs
import Linux
import SystemPackage

/// Snapshots of a btrfs subvolume: read-only, and taken in a moment, whatever their size.
///
/// A source without nested subvolumes takes one call of the kernel and is the state of one instant. Nested ones are taken one
/// after another and put where the outer snapshot has an empty directory.
struct BtrfsVolume: Volume {
    func snapshot(
        _ source: SnapshotSource,
        into parent: borrowing Descriptor,
        excluding: [FilePath]
    ) throws -> SnapshotRecord.Tree {
        guard let live = try Subvolume(source.open()) else { throw Self.unsupported(source) }
        let name = FilePath(source.name)
        var leftOut = LeftOut()
        let own = try OwnDirectories(excluding, in: live.directory, of: source)
        var nested = NestedSelection(try live.nested(), of: source, except: own)
        let needsChanges = !nested.included.isEmpty || own.areContained
        try take(live, of: source, into: parent, isReadOnly: !needsChanges)
        // One that was made between the listing and the snapshot is in the snapshot as an empty directory too.
        nested.add(try live.nested(), of: source, except: own)
        nested.listLeftOut(&leftOut, in: own.source)
        own.list(&leftOut)

        var assembly = BtrfsAssembly(live: live, tree: try parent.open(name, [.readOnly, .directory, .noFollow]))
        if !nested.included.isEmpty || own.areContained {
            try assembly.run(nested, own, &leftOut)
        }
        let points = Set(assembly.placed.map { own.source.pushing($0.path) })
        try leftOut.addMounts(below: own.source, of: source.open(), except: points)
        return SnapshotRecord.Tree(
            name: source.name,
            path: source.path.string,
            kind: source.kind,
            driver: .btrfs,
            isReadOnly: true,
            isAtomic: assembly.placed.isEmpty,
            subvolumes: try assembly.subvolumes(),
            leftOut: leftOut.fragments
        )
    }

    private func take(
        _ live: borrowing Subvolume,
        of source: SnapshotSource,
        into parent: borrowing Descriptor,
        isReadOnly: Bool
    ) throws {
        do {
            try live.snapshot(into: parent, named: FilePath(source.name), isReadOnly: isReadOnly)
        } catch {
            guard error.errno == .textFileBusy else { throw error }
            throw BackupError(
                .unsupported,
                "The source \(source.name) at \(source.path.text) holds a swap file in use, and btrfs takes no snapshot of "
                    + "such a subvolume; move the swap file into a subvolume of its own, or turn it off with swapoff.",
                cause: error
            )
        }
    }

    static func unsupported(_ source: SnapshotSource) -> BackupError {
        BackupError(
            .unsupported,
            "The source \(source.name) at \(source.path.text) is no btrfs subvolume on the filesystem of the snapshots; set its "
                + "driver to \"clone\" or \"auto\", or storage.snapshots to a directory on that filesystem."
        )
    }
}
