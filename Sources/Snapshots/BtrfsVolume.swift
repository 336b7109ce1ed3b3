import BackupModel
import Btrfs
import Linux
import SystemPackage

/// Snapshots of a btrfs subvolume: atomic, read-only, and taken in a moment, whatever their size.
struct BtrfsVolume: Volume {
    func snapshot(
        _ source: SnapshotSource,
        into parent: borrowing Descriptor,
        excluding: [FilePath]
    ) throws -> SnapshotRecord.Tree {
        guard let live = try Subvolume(Descriptor.open(source.path, [.readOnly, .directory])) else {
            throw BackupError(
                .unsupported,
                "The source \(source.name) at \(source.path) is no btrfs subvolume; set its driver to \"clone\" or \"auto\"."
            )
        }
        let nested = NestedSubvolumes(try live.nested(), in: source, excluding: excluding)
        let name = FilePath(source.name)
        do {
            try live.snapshot(into: parent, named: name, isReadOnly: nested.included.isEmpty)
            try addNested(nested.included, of: source, to: parent.open(name, [.readOnly, .directory]))
        } catch let error as BtrfsError where error.errno == .textFileBusy {
            throw BackupError(
                .unsupported,
                "The source \(source.name) at \(source.path) holds a swap file in use, of which btrfs takes no snapshot; move "
                    + "it into a subvolume of its own and set recursive = false, or turn it off with swapoff.",
                cause: error
            )
        }
        return SnapshotRecord.Tree(
            name: source.name,
            source: source.path.string,
            kind: source.kind,
            driver: "btrfs",
            isReadOnly: true,
            isAtomic: nested.included.isEmpty,
            subvolumes: [""] + nested.included.map(\.string),
            leftOut: nested.leftOut + foreignMounts(below: source.path)
        )
    }

    /// Puts a snapshot of each nested subvolume in the place of the empty directory that stands for it, and then makes all
    /// of them read-only, the innermost first.
    private func addNested(_ paths: [FilePath], of source: SnapshotSource, to tree: consuming Descriptor) throws {
        guard !paths.isEmpty else { return }
        for path in paths {
            guard
                let live = try Subvolume(
                    Descriptor.open(source.path.pushing(path), [.readOnly, .directory, .noFollow])
                )
            else { continue }
            let parent = try tree.openDirectory(path.removingLastComponent())
            let name = path.lastName
            let times = try parent.status()
            try parent.removeDirectory(name)
            try live.snapshot(into: parent, named: name, isReadOnly: false)
            try parent.setTimes(of: times)
        }
        for path in paths.reversed() {
            try Subvolume(tree.openDirectory(path))?.setReadOnly(true)
        }
        guard let top = try Subvolume(tree) else { return }
        try top.setReadOnly(true)
        try top.directory.commitFilesystem()
    }
}

/// The subvolumes in a source, divided into what its snapshot holds and what it leaves out.
struct NestedSubvolumes: Equatable {
    /// Paths relative to the source, each before those in it.
    private(set) var included: [FilePath] = []
    /// One sentence fragment for each of the others.
    private(set) var leftOut: [String] = []

    init(_ paths: [FilePath], in source: SnapshotSource, excluding: [FilePath]) {
        for path in paths.sorted(by: { $0.components.count < $1.components.count }) {
            let absolute = source.path.pushing(path)
            if excluding.contains(where: { absolute.starts(with: $0) }) {
                leftOut.append("the product's own subvolume \(absolute)")
            } else if !source.isRecursive {
                leftOut.append("the nested subvolume \(absolute)")
            } else {
                included.append(path)
            }
        }
    }
}
