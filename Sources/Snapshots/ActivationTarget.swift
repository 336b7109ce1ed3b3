import BackupModel
import Btrfs
import Linux
import SystemPackage

/// A live tree that is to give way to that of a snapshot.
struct ActivationTarget: Sendable {
    let source: SnapshotSource
    /// What the snapshot knows of its tree.
    let tree: SnapshotRecord.Tree
    /// Where the live tree is, without symbolic links.
    let path: FilePath
    /// The live tree.
    let identity: TreeIdentity
    /// The subvolumes it consists of, its own first; none for a plain directory.
    let subvolumes: Set<UInt64>

    var isSubvolume: Bool { identity.subvolume != nil }

    /// Looks at the live tree of `source`.
    /// - Throws: `BackupError` with `unsupported` where it can't change places with another.
    init(_ source: SnapshotSource, _ tree: SnapshotRecord.Tree) throws {
        let live = try source.open()
        self.source = source
        self.tree = tree
        path = try live.currentPath()
        identity = try TreeIdentity(of: live)
        var subvolumes: Set<UInt64> = []
        if let subvolume = try Subvolume(live.openDirectory("")) {
            guard try !subvolume.isReadOnly() else {
                throw Self.unsupported(source, "is a read-only subvolume; make it writable with `btrfs property set`")
            }
            subvolumes = Set(try subvolume.nested().map(\.id)).union([subvolume.id])
        }
        self.subvolumes = subvolumes
        guard FilePath(path.string) == path else {
            throw Self.unsupported(source, "is at a path that is not UTF-8 (\(path.text)); rename its directories")
        }
        guard let name = path.lastComponent else { throw Self.mountPoint(source) }
        let parent = try Descriptor.open(path.removingLastComponent(), [.readOnly, .directory])
        let entry = try parent.open(FilePath(root: nil, components: name), [.readOnly, .directory, .noFollow])
        guard try parent.mountID() == live.mountID(), try TreeIdentity(of: entry) == identity else {
            throw Self.mountPoint(source)
        }
    }

    static func unsupported(_ source: SnapshotSource, _ reason: String) -> BackupError {
        BackupError(
            .unsupported,
            "No snapshot can be made live in the place of the source \(source.name) at \(source.path.text): it \(reason)."
        )
    }

    private static func mountPoint(_ source: SnapshotSource) -> BackupError {
        unsupported(
            source,
            "is where a filesystem is mounted, and what is mounted can't change its name there; mount the filesystem's top "
                + "level elsewhere, as at /broot, and give the source the path it has below that"
        )
    }
}
