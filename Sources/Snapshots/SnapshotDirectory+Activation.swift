import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// Brings an activation that was cut off, or failed, to one of its two ends: all trees are the new ones, or all are the old
    /// ones and nothing of it is left.
    ///
    /// - Parameters:
    ///   - isToBeFinished: Whether one that had exchanged all its trees counts as done.
    ///   - reached: Called between two steps of going back.
    /// - Returns: The journal as it is then.
    /// - Throws: `BackupError` where a tree is neither the old nor the new one; the journal then stays as it is.
    func resolve(
        _ journal: ActivationJournal,
        finishing isToBeFinished: Bool,
        _ reached: (ActivationEnvironment.Step) throws -> Void
    ) throws -> ActivationJournal {
        guard let intent = journal.intent else { return journal }
        let states = try intent.exchanges.map { try $0.state() }
        var result = journal
        if isToBeFinished, states.allSatisfy({ $0 == .exchanged }) {
            for exchange in intent.exchanges { try synchronizeTrees(exchange.parent()) }
            result = journal.completed()
            logger.notice("Snapshot \(intent.snapshot) is live; \(intent.undo) is the state before.")
        } else {
            try undo(intent, states, reached)
            result.intent = nil
            logger.notice("Snapshot \(intent.snapshot) was not made live; the state before is.")
        }
        try result.write(in: open())
        return result
    }

    private func undo(
        _ intent: ActivationJournal.Intent,
        _ states: [ActivationJournal.Exchange.State],
        _ reached: (ActivationEnvironment.Step) throws -> Void
    ) throws {
        for index in states.indices.reversed() where states[index] == .exchanged {
            try intent.exchanges[index].run()
            try reached(.changedBack(source: index))
            try synchronizeTrees(intent.exchanges[index].parent())
        }
        for exchange in intent.exchanges {
            guard try exchange.state() == .old else {
                throw BackupError(
                    .failed,
                    "The activation of snapshot \(intent.snapshot) was cut off, and the tree at \(exchange.path) is neither "
                        + "the one before nor the one after it; mount its filesystem, or put the one from "
                        + "\(exchange.staging) in its place."
                )
            }
        }
        for (index, exchange) in intent.exchanges.enumerated() {
            try removeStaging(FilePath(exchange.staging))
            try reached(.removedCopy(source: index))
        }
        let directory = try open()
        if try directory.statusIfThere(of: Self.name(intent.undo)) != nil {
            try directory.rename(Self.name(intent.undo), to: Self.deletingName(intent.undo))
            try remove(Self.deletingName(intent.undo))
        }
        try reached(.removedUndo)
    }

    /// Removes the tree at `path`, which an activation has put there.
    func removeStaging(_ path: FilePath) throws {
        guard let name = path.lastComponent.map({ FilePath(root: nil, components: $0) }) else { return }
        let parent = try Descriptor.open(path.removingLastComponent(), [.readOnly, .directory])
        guard try parent.statusIfThere(of: name) != nil else { return }
        let tree = try parent.open(name, [.readOnly, .directory, .noFollow])
        if let mount = try MountTable.current().uses(of: tree, subvolumeIDs(of: tree)).first {
            throw BackupError(.inUse, "The tree at \(path.text) is mounted at \(mount.point.text); unmount it first.")
        }
        try removeTree(name, in: parent)
        try synchronizeTrees(parent)
    }

    /// The subvolumes of the tree whose top is the open directory `tree`; none for a plain directory.
    func subvolumeIDs(of tree: borrowing Descriptor) throws -> Set<UInt64> {
        guard let subvolume = try Subvolume(tree.openDirectory("")) else { return [] }
        return Set(try subvolume.nested().map(\.id)).union([subvolume.id])
    }

    /// Returns once everything in the filesystem of `directory` is on stable storage.
    func synchronizeTrees(_ directory: borrowing Descriptor) throws {
        if directory.btrfsID() != nil {
            try directory.commitFilesystem()
        } else {
            try directory.synchronizeFilesystem()
        }
    }
}
