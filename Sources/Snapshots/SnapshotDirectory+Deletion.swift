import BackupModel
import Btrfs
import Linux
import SystemPackage

extension SnapshotDirectory {
    /// Deletes the snapshot `id`; once this returns it does not come back after a power cut.
    func delete(_ id: SnapshotID, sources: [SnapshotSource]) throws {
        do {
            let directory = try open()
            try requireSnapshot(id, in: directory)
            try refuseIfUsed(id, in: directory, sources: sources)
            try directory.rename(Self.name(id), to: Self.deletingName(id))
            try remove(Self.deletingName(id))
        } catch let error as LinuxError {
            throw BackupError(
                .failed,
                "Snapshot \(id) can't be deleted: \(error.operation): \(error.errno).",
                cause: error
            )
        } catch let error as BtrfsError {
            throw BackupError(
                .failed,
                "Snapshot \(id) can't be deleted: \(error.operation): \(error.errno).",
                cause: error
            )
        }
    }

    /// Removes the entry `name` with all the subvolumes and files in it, for good.
    func remove(_ name: FilePath) throws {
        let directory = try open()
        guard let status = try? directory.status(of: name), status.kind == .directory else { return }
        let snapshot = try directory.open(name, [.readOnly, .directory, .noFollow])
        for tree in try snapshot.entryNames() {
            try removeTree(tree, in: snapshot)
        }
        try directory.removeDirectory(name)
        if try Subvolume.isBtrfs(directory) {
            try directory.commitFilesystem()
        } else {
            try directory.synchronize()
        }
    }

    private func removeTree(_ name: FilePath, in snapshot: borrowing Descriptor) throws {
        guard try snapshot.status(of: name).kind == .directory,
            let subvolume = try Subvolume(snapshot.open(name, [.readOnly, .directory, .noFollow]))
        else { return try snapshot.removeTree(name) }
        let nested = try subvolume.nested()
        if !nested.isEmpty {
            // A subvolume can't be taken out of a read-only one, so they are opened up from the outside in.
            try subvolume.setReadOnly(false)
            for path in nested {
                try Subvolume(subvolume.directory.openDirectory(path))?.setReadOnly(false)
            }
            for path in nested.reversed() {
                let parent = try subvolume.directory.openDirectory(path.removingLastComponent())
                try parent.deleteSubvolume(path.lastName)
            }
        }
        try snapshot.deleteSubvolume(name)
    }

    func requireSnapshot(_ id: SnapshotID, in directory: borrowing Descriptor) throws {
        guard let status = try? directory.status(of: Self.name(id)), status.kind == .directory else {
            throw BackupError(.notFound, "There is no snapshot \(id); Snapshot1.GetList tells which there are.")
        }
    }

    /// The kernel lets a subvolume be deleted that is mounted; only the default one is safe from that.
    private func refuseIfUsed(_ id: SnapshotID, in directory: borrowing Descriptor, sources: [SnapshotSource]) throws {
        let snapshot = try directory.open(Self.name(id), [.readOnly, .directory, .noFollow])
        let subvolumes = try subvolumeIDs(in: snapshot)
        if let mount = try MountTable.current().use(of: path.pushing(Self.name(id)), subvolumes, directory) {
            throw BackupError(.inUse, "Snapshot \(id) is mounted at \(mount.point); unmount it first.")
        }
        for source in sources {
            guard let live = try? Subvolume(Descriptor.open(source.path, [.readOnly, .directory])) else { continue }
            guard try !subvolumes.contains(live.id()) else {
                throw BackupError(
                    .inUse,
                    "Snapshot \(id) is the live state of the source \(source.name); activate another first."
                )
            }
        }
        guard try subvolumes.isEmpty || !subvolumes.contains(directory.defaultSubvolumeID()) else {
            throw BackupError(
                .inUse,
                "Snapshot \(id) is the filesystem's default subvolume; choose another with `btrfs subvolume set-default` first."
            )
        }
    }

    private func subvolumeIDs(in snapshot: borrowing Descriptor) throws -> Set<UInt64> {
        var ids: Set<UInt64> = []
        for tree in try snapshot.entryNames() {
            guard try snapshot.status(of: tree).kind == .directory,
                let subvolume = try Subvolume(snapshot.open(tree, [.readOnly, .directory, .noFollow]))
            else { continue }
            ids.insert(try subvolume.id())
            for path in try subvolume.nested() {
                guard let nested = try Subvolume(subvolume.directory.openDirectory(path)) else { continue }
                ids.insert(try nested.id())
            }
        }
        return ids
    }
}

extension MountTable {
    /// A mount that shows something of the snapshot at `path`, or that lies in it; nil when there is none.
    fileprivate func use(
        of path: FilePath,
        _ subvolumes: Set<UInt64>,
        _ directory: borrowing Descriptor
    ) throws -> Mount? {
        let holder = try mount(of: directory)
        // Where the snapshot is as its filesystem sees it, for bind mounts of a directory in it.
        let root = holder.flatMap { holder -> FilePath? in
            var relative = path
            guard relative.removePrefix(holder.point) else { return nil }
            return holder.root.pushing(relative)
        }
        return mounts.first { mount in
            if mount.point.starts(with: path) { return true }
            guard mount.device == holder?.device else { return false }
            if let id = mount.option("subvolid").flatMap({ UInt64($0) }), subvolumes.contains(id) { return true }
            return root.map { mount.root.starts(with: $0) } ?? false
        }
    }
}
