import BackupModel
import Btrfs
import Linux
import SystemPackage

/// Looks whether a snapshot can be made live, before anything is changed; every reason why not has a sentence of its own.
struct ActivationCheck {
    let directory: SnapshotDirectory
    let sources: [SnapshotSource]
    let environment: ActivationEnvironment

    /// The live trees that the snapshot `id` is to take the place of.
    /// - Throws: `BackupError` with the reason why it can't.
    func targets(of id: SnapshotID) throws -> [ActivationTarget] {
        do {
            return try checkedTargets(of: id)
        } catch {
            throw BackupError("Snapshot \(id) can't be made live", error)
        }
    }

    private func checkedTargets(of id: SnapshotID) throws -> [ActivationTarget] {
        let opened = try directory.open()
        let record = try directory.requireRecord(id, in: opened)
        let snapshot = try opened.open(SnapshotDirectory.name(id), [.readOnly, .directory, .noFollow])
        let targets = try record.trees.map { tree in try ActivationTarget(source(of: tree, in: id), tree) }
        for target in targets {
            let tree = try snapshot.open(FilePath(target.tree.name), [.readOnly, .directory, .noFollow])
            try refuseLosses(id, target.tree)
            try refuseOverlap(target.source, target.path)
            try refuseOwnDirectories(target.source)
            try refuseMounts(target.source, target.path)
            try checkFilesystem(id, target, tree)
            if target.isSubvolume { try BootCheck(environment: environment).run(target, tree) }
            if target.source.kind == .system { try KernelModules(in: tree).check(id, target.source, environment) }
        }
        return targets
    }

    private func source(of tree: SnapshotRecord.Tree, in id: SnapshotID) throws -> SnapshotSource {
        guard let source = sources.first(where: { $0.name == tree.name && $0.path.string == tree.path }) else {
            throw BackupError(
                .unsupported,
                "Snapshot \(id) holds the tree \(tree.name) of \(FilePath(tree.path).text), and no source of that name and "
                    + "path is configured any more; configure it again as it was, or copy what you need out of the snapshot."
            )
        }
        return source
    }

    /// A snapshot that lacks something would take it from the live tree.
    private func refuseLosses(_ id: SnapshotID, _ tree: SnapshotRecord.Tree) throws {
        let harmless = ["the socket ", "the filesystem mounted at ", "the file mounted at "]
        let lost = tree.leftOut.first { item in
            !harmless.contains { item.hasPrefix($0) } && !item.contains(" filesystem mounted at ")
        }
        guard let lost else { return }
        throw BackupError(
            .unsupported,
            "Snapshot \(id) lacks \(lost), which would be missing in the live tree \(tree.name); copy what you need out of "
                + "the snapshot."
        )
    }

    private func refuseOverlap(_ source: SnapshotSource, _ path: FilePath) throws {
        for other in sources where other.name != source.name {
            // A source that is not there now overlaps with none.
            guard let otherPath = try? other.open().currentPath() else { continue }
            guard path.starts(with: otherPath) || otherPath.starts(with: path) else { continue }
            throw ActivationTarget.unsupported(
                source,
                "overlaps with the source \(other.name) at \(other.path.text), which would change with it; choose paths of "
                    + "which none is inside another"
            )
        }
    }

    private func refuseOwnDirectories(_ source: SnapshotSource) throws {
        let live = try source.open()
        guard let own = try OwnDirectories(directory.excluding, in: live, of: source).paths.first else { return }
        throw ActivationTarget.unsupported(
            source,
            "holds \(try live.currentPath().pushing(own).text), where the product keeps its own files and which would go with "
                + "the old state; set storage.snapshots and storage.backups to directories outside it"
        )
    }

    private func refuseMounts(_ source: SnapshotSource, _ path: FilePath) throws {
        let mounts = try MountTable.current().mounts
        guard let mount = mounts.first(where: { $0.point != path && $0.point.starts(with: path) }) else { return }
        throw BackupError(
            .inUse,
            "No snapshot can be made live in the place of the source \(source.name), as a filesystem is mounted in it at "
                + "\(mount.point.text), which would move away with the old tree; unmount that first."
        )
    }

    private func checkFilesystem(
        _ id: SnapshotID,
        _ target: ActivationTarget,
        _ tree: borrowing Descriptor
    ) throws {
        let live = try target.source.open()
        switch target.tree.driver {
        case .btrfs:
            guard target.isSubvolume, live.btrfsID() == tree.btrfsID() else {
                throw ActivationTarget.unsupported(
                    target.source,
                    "is no subvolume on the filesystem of snapshot \(id), as it was when that was taken; copy what you need "
                        + "out of the snapshot"
                )
            }
        case .clone:
            guard target.subvolumes.count <= 1 else {
                throw ActivationTarget.unsupported(
                    target.source,
                    "has subvolumes in it, and snapshot \(id) is a copy, which has none; take snapshots with the driver "
                        + "\"btrfs\""
                )
            }
        }
    }
}
