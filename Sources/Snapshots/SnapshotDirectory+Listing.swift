import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// The snapshots, by id. A directory without a record that can be read is no snapshot, and is left alone.
    func list(_ journal: ActivationJournal) throws -> [SnapshotSummary] {
        do {
            let directory = try open()
            let active = activeSnapshots(journal)
            var result: [SnapshotSummary] = []
            for name in try directory.entryNames() {
                guard let id = Self.id(of: name), let record = try? readRecord(id, in: directory) else { continue }
                let byteCount = record.exclusiveByteCount(in: directory)
                var summary = record.summary(path: path.pushing(name), exclusiveByteCount: byteCount)
                summary.isActive = active[id] == record.trees.count
                result.append(summary)
            }
            return result.sorted { $0.id < $1.id }
        } catch {
            throw BackupError("The snapshots in \(path.text) can't be listed", error)
        }
    }

    func exists(_ id: SnapshotID) -> Bool {
        (try? readRecord(id, in: open())) != nil
    }

    /// A hold on the snapshot `id`, whose end is told to `onRelease`.
    func lease(_ id: SnapshotID, onRelease: @escaping @Sendable () -> Void) throws -> SnapshotLease {
        do {
            let directory = try open()
            let record = try requireRecord(id, in: directory)
            let path = path.pushing(Self.name(id))
            return SnapshotLease(
                id: id,
                record: record.summary(path: path, exclusiveByteCount: nil),
                trees: record.trees.map { tree in
                    SnapshotLease.Tree(
                        name: tree.name,
                        livePath: FilePath(tree.path),
                        kind: tree.kind,
                        path: path.appending(tree.name),
                        ownDirectories: OwnDirectories.paths(excluding, below: FilePath(tree.path))
                    )
                },
                onRelease: onRelease
            )
        } catch {
            throw BackupError("Snapshot \(id) can't be read", error)
        }
    }

    /// The record of the snapshot `id`.
    /// - Throws: `BackupError` with `notFound`, or with `corrupt` for what has the name of a snapshot and is none.
    func requireRecord(_ id: SnapshotID, in directory: borrowing Descriptor) throws -> SnapshotRecord {
        guard id != 0, try directory.statusIfThere(of: Self.name(id)) != nil else {
            throw BackupError(.notFound, "There is no snapshot \(id); Snapshot1.GetList tells which there are.")
        }
        do {
            return try readRecord(id, in: directory)
        } catch {
            throw BackupError(
                .corrupt,
                "\(path.appending("\(id)").text) has no record \(SnapshotRecord.fileName) that can be read and so is no "
                    + "snapshot to this service; look at it, and remove it by hand if it is not wanted.",
                cause: error
            )
        }
    }

    /// The record of the snapshot `id`, all of whose trees are there.
    func readRecord(_ id: SnapshotID, in directory: borrowing Descriptor) throws -> SnapshotRecord {
        let snapshot = try directory.open(Self.name(id), [.readOnly, .directory, .noFollow])
        let record = try SnapshotRecord.read(id, in: snapshot)
        for tree in record.trees {
            guard try snapshot.statusIfThere(of: FilePath(tree.name))?.kind == .directory else {
                throw UnreadableRecord(description: "It names the tree \"\(tree.name)\", which is not there.")
            }
        }
        return record
    }
}

extension SnapshotRecord {
    /// Bytes that only this snapshot uses; nil where the filesystem of `directory` does not count them.
    fileprivate func exclusiveByteCount(in directory: borrowing Descriptor) -> UInt64? {
        let subvolumes = trees.flatMap(\.subvolumes)
        guard !subvolumes.isEmpty, directory.btrfsID() != nil else { return nil }
        var total: UInt64 = 0
        for subvolume in subvolumes {
            guard let count = directory.exclusiveByteCount(ofSubvolume: subvolume.id) else { return nil }
            let (sum, isTooLarge) = total.addingReportingOverflow(count)
            total = isTooLarge ? .max : sum
        }
        return total
    }
}
