import BackupModel
import Linux
import Logging
import SystemPackage

/// The trees that were live before an activation. What has them mounted or open goes on seeing them; they stay until the
/// snapshot of that state is deleted.
extension SnapshotDirectory {
    /// Removes the old trees whose snapshot is gone.
    /// - Returns: The journal without them; with those that can't be removed now.
    func removeOldTrees(_ journal: ActivationJournal) -> ActivationJournal {
        var result = journal
        result.retained = journal.retained.filter { retained in
            do {
                guard try open().statusIfThere(of: Self.name(retained.undo)) == nil else { return true }
                let place = FilePath(retained.staging)
                // Its filesystem may be mounted later.
                guard let found = try ActivationJournal.Exchange.identity(at: place) else { return true }
                guard found == retained.tree else { return false }
                try removeStaging(place)
                return false
            } catch {
                logger.error("\(retained.staging) can't be removed.", metadata: ["error": "\(error)"])
                return true
            }
        }
        guard result != journal else { return journal }
        do {
            try result.write(in: open())
        } catch {
            logger.error("The journal of activations can't be written.", metadata: ["error": "\(error)"])
        }
        return result
    }

    /// Where old trees are still mounted, without what lies in such a mount anyway.
    ///
    /// - Parameter undo: Only the old trees that go with this snapshot; nil for all.
    func mountsOfOldTrees(_ journal: ActivationJournal, of undo: SnapshotID? = nil) throws -> [MountTable.Mount] {
        let retained = journal.retained.filter { undo == nil || $0.undo == undo }
        guard !retained.isEmpty else { return [] }
        let table = try MountTable.current()
        var mounts: [MountTable.Mount] = []
        for tree in retained {
            guard let old = try? Descriptor.open(FilePath(tree.staging), [.readOnly, .directory, .noFollow]) else {
                continue
            }
            mounts += try table.shows(old, subvolumeIDs(of: old))
        }
        var points: Set<FilePath> = []
        return mounts.filter { mount in
            let isPart = mounts.contains { $0.point != mount.point && mount.isInPlace(below: $0) }
            return !isPart && points.insert(mount.point).inserted
        }
    }

    /// The snapshots that live trees are copies of, each with the number of those; none of which a tree is no longer the one
    /// that was put there.
    func activeSnapshots(_ journal: ActivationJournal) -> [SnapshotID: Int] {
        let byID = Dictionary(grouping: journal.origins, by: \.snapshot)
        return byID.mapValues(\.count).filter { id, _ in
            byID[id, default: []].allSatisfy {
                (try? ActivationJournal.Exchange.identity(at: FilePath($0.path))) == $0.tree
            }
        }
    }

    /// Refuses to delete what an activation still needs.
    func refuseIfActivationNeeds(_ id: SnapshotID, _ journal: ActivationJournal) throws {
        if let mount = try mountsOfOldTrees(journal, of: id).first {
            throw BackupError(
                .inUse,
                "Snapshot \(id) is the state that is still mounted at \(mount.point.text), until the machine is started anew "
                    + "or that is mounted again; delete it after that."
            )
        }
        guard journal.last == id, let mount = try mountsOfOldTrees(journal).first else { return }
        throw BackupError(
            .inUse,
            "Snapshot \(id) was made live, and \(mount.point.text) still shows the state before; start the machine anew or "
                + "mount that again, and delete the snapshot after that."
        )
    }
}
