import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// The snapshots, by id. A directory without a record that can be read is no snapshot, and is left alone.
    func list() throws -> [SnapshotSummary] {
        let directory = try open()
        var result: [SnapshotSummary] = []
        for name in try directory.entryNames() {
            guard let id = Self.id(of: name), let record = record(of: id, in: directory) else { continue }
            result.append(
                record.summary(
                    path: path.pushing(name),
                    exclusiveByteCount: exclusiveByteCount(of: record, in: directory)
                )
            )
        }
        return result.sorted { $0.id < $1.id }
    }

    func exists(_ id: SnapshotID) -> Bool {
        guard let directory = try? open() else { return false }
        return record(of: id, in: directory) != nil
    }

    /// A hold on the snapshot `id`, whose end is told to `onRelease`.
    func lease(_ id: SnapshotID, onRelease: @escaping @Sendable () -> Void) throws -> SnapshotLease {
        let directory = try open()
        try requireSnapshot(id, in: directory)
        guard let record = record(of: id, in: directory) else {
            throw BackupError(
                .corrupt,
                "The record \(SnapshotRecord.fileName) of snapshot \(id) can't be read; the service's log tells why."
            )
        }
        let path = path.pushing(Self.name(id))
        return SnapshotLease(
            id: id,
            record: record.summary(path: path, exclusiveByteCount: nil),
            trees: record.trees.map { tree in
                SnapshotLease.Tree(
                    name: tree.name,
                    livePath: FilePath(tree.source),
                    kind: tree.kind,
                    path: path.appending(tree.name)
                )
            },
            onRelease: onRelease
        )
    }

    /// The record of the snapshot `id`; nil, with a line in the log, when it can't be read as that snapshot's.
    private func record(of id: SnapshotID, in directory: borrowing Descriptor) -> SnapshotRecord? {
        do {
            let snapshot = try directory.open(Self.name(id), [.readOnly, .directory, .noFollow])
            let file = try snapshot.open(SnapshotRecord.fileName, [.readOnly, .noFollow, .nonBlocking])
            let record = try SnapshotRecord(decoding: file.readAll(limit: SnapshotRecord.maximumByteCount))
            return try record.checked(for: id)
        } catch let error as LinuxError where error.errno == .noSuchFileOrDirectory {
            return nil
        } catch {
            logger.warning("\(path.appending("\(id)")) is not a snapshot.", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func exclusiveByteCount(of record: SnapshotRecord, in directory: borrowing Descriptor) -> UInt64? {
        var total: UInt64?
        for tree in record.trees where tree.driver == "btrfs" {
            let path = Self.name(record.id).appending(tree.name)
            for subvolume in tree.subvolumes {
                guard let subvolume = try? Subvolume(directory.openDirectory(path.appending(subvolume))),
                    let count = try? subvolume.exclusiveByteCount()
                else { return nil }
                total = (total ?? 0) + count
            }
        }
        return total
    }
}
