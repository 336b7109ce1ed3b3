import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    private static let stagedRecordName = FilePath(".snapshot.json.partial")

    /// Makes the snapshot `id`; one that can't be made whole leaves nothing.
    func create(
        _ id: SnapshotID,
        of sources: [SnapshotSource],
        record: ([SnapshotRecord.Tree]) -> SnapshotRecord
    ) throws {
        var isNamed = false
        do {
            let directory = try open()
            try directory.makeDirectory(Self.partialName(id))
            let snapshot = try directory.open(Self.partialName(id), [.readOnly, .directory, .noFollow])
            // What the copies inherit from here would not be theirs.
            try snapshot.removeDefaultACL()
            var trees: [SnapshotRecord.Tree] = []
            for source in sources {
                trees.append(try take(source, into: snapshot))
            }
            try snapshot.writeDurably(
                record(trees).encoded(),
                to: SnapshotRecord.fileName,
                staging: Self.stagedRecordName,
                // On btrfs the commit that ends this holds all of it or nothing.
                synchronizesName: directory.btrfsID() == nil
            )
            try directory.renameWithoutReplacing(Self.partialName(id), to: Self.name(id))
            isNamed = true
            try synchronize(directory)
        } catch {
            if isNamed { try? open().rename(Self.name(id), to: Self.partialName(id)) }
            discard(Self.partialName(id))
            throw BackupError("Snapshot \(id) can't be taken", error)
        }
    }

    private func take(_ source: SnapshotSource, into snapshot: borrowing Descriptor) throws -> SnapshotRecord.Tree {
        do {
            return try volume(for: source, beside: snapshot).snapshot(source, into: snapshot, excluding: excluding)
        } catch {
            throw BackupError("No snapshot can be taken of the source \(source.name) at \(source.path.text)", error)
        }
    }

    /// A snapshot of a btrfs subvolume can only be on the same filesystem; everything else is copied.
    private func volume(for source: SnapshotSource, beside snapshot: borrowing Descriptor) throws -> any Volume {
        guard source.driver != .clone else { return CloneVolume() }
        let live = try source.open()
        let canSnapshot = try live.subvolumeID() != nil && live.btrfsID() == snapshot.btrfsID()
        switch source.driver {
        case .automatic, .clone: return canSnapshot ? BtrfsVolume() : CloneVolume()
        case .btrfs:
            guard canSnapshot else { throw BtrfsVolume.unsupported(source) }
            return BtrfsVolume()
        }
    }
}
