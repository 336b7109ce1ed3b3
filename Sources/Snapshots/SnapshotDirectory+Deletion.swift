import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// Deletes the snapshot `id`; once this returns it does not come back after a power cut.
    func delete(_ id: SnapshotID, sources: [SnapshotSource]) throws {
        do {
            let directory = try open()
            _ = try requireRecord(id, in: directory)
            let snapshot = try directory.open(Self.name(id), [.readOnly, .directory, .noFollow])
            let subvolumes = try subvolumeIDs(in: snapshot)
            try refuseIfMounted(id, snapshot, subvolumes)
            try refuseIfLive(id, snapshot, subvolumes, sources)
            try directory.rename(Self.name(id), to: Self.deletingName(id))
            try directory.synchronize()
            do {
                try remove(Self.deletingName(id))
            } catch {
                tryToGiveBack(id, having: subvolumes, in: directory)
                throw error
            }
        } catch {
            throw BackupError("Snapshot \(id) can't be deleted", error)
        }
    }

    /// What can't be given back goes at the next start; the caller is told why the deletion itself failed.
    private func tryToGiveBack(_ id: SnapshotID, having subvolumes: Set<UInt64>, in directory: borrowing Descriptor) {
        do {
            try giveBack(id, having: subvolumes, in: directory)
        } catch {
            logger.error("Snapshot \(id) is left half deleted.", metadata: ["error": "\(error)"])
        }
    }

    /// After a deletion that failed before anything was gone, as when `btrfs send` reads the snapshot, the snapshot is there
    /// again; one that is no longer whole keeps its hidden name, and goes at the next start.
    private func giveBack(_ id: SnapshotID, having subvolumes: Set<UInt64>, in directory: borrowing Descriptor) throws {
        let snapshot = try directory.open(Self.deletingName(id), [.readOnly, .directory, .noFollow])
        guard try !subvolumes.isEmpty && subvolumeIDs(in: snapshot) == subvolumes,
            let record = try? SnapshotRecord.read(id, in: snapshot), record.trees.allSatisfy(\.isReadOnly)
        else { return }
        for tree in record.trees {
            guard let top = try Subvolume(snapshot.openDirectory(FilePath(tree.name))) else { continue }
            for nested in try top.nested().reversed() {
                try Subvolume(top.directory.openDirectory(nested.path))?.closeToChanges()
            }
            try top.closeToChanges()
        }
        try directory.renameWithoutReplacing(Self.deletingName(id), to: Self.name(id))
        try synchronize(directory)
    }

    /// The subvolumes in the open directory of a snapshot.
    private func subvolumeIDs(in snapshot: borrowing Descriptor) throws -> Set<UInt64> {
        var ids: Set<UInt64> = []
        for tree in try snapshot.entryNames() {
            guard try snapshot.status(of: tree).kind == .directory,
                let subvolume = try Subvolume(snapshot.open(tree, [.readOnly, .directory, .noFollow]))
            else { continue }
            ids.insert(subvolume.id)
            ids.formUnion(try subvolume.nested().map(\.id))
        }
        return ids
    }

    private func refuseIfMounted(
        _ id: SnapshotID,
        _ snapshot: borrowing Descriptor,
        _ subvolumes: Set<UInt64>
    ) throws {
        guard let mount = try MountTable.current().uses(of: snapshot, subvolumes).first else { return }
        throw BackupError(
            .inUse,
            "Snapshot \(id), or a part of it, is mounted at \(mount.point.text); unmount that first."
        )
    }

    /// The kernel keeps nothing but the default subvolume from being deleted.
    private func refuseIfLive(
        _ id: SnapshotID,
        _ snapshot: borrowing Descriptor,
        _ subvolumes: Set<UInt64>,
        _ sources: [SnapshotSource]
    ) throws {
        let path = try snapshot.currentPath()
        let filesystem = snapshot.btrfsID()
        for source in sources {
            // A source that is not there now is live nowhere.
            guard let live = try? source.open() else { continue }
            let isInside = try live.currentPath().starts(with: path)
            let isSubvolume = try live.subvolumeID().map { subvolumes.contains($0) && live.btrfsID() == filesystem }
            guard !isInside, isSubvolume != true else {
                throw BackupError(
                    .inUse,
                    "Snapshot \(id) is the live state of the source \(source.name) at \(source.path.text); make another one "
                        + "live first."
                )
            }
        }
        guard try !subvolumes.isEmpty && subvolumes.contains(snapshot.defaultSubvolumeID()) else { return }
        throw BackupError(
            .inUse,
            "Snapshot \(id) is what the filesystem mounts by default; choose another subvolume with `btrfs subvolume "
                + "set-default` first."
        )
    }
}

extension Subvolume {
    /// Makes it read-only where it is not.
    fileprivate func closeToChanges() throws(BtrfsError) {
        if try !isReadOnly() { try setReadOnly(true) }
    }
}
