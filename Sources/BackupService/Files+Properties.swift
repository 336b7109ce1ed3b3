import BackupModel
import DBus
import Linux

extension FileEntry {
    /// The entry of `Backup1.ListFiles`.
    var propertiesAsName: [String: Value] {
        common.merging(["name": .bytes(path)]) { first, _ in first }
    }

    fileprivate var common: [String: Value] {
        [
            "display": .string(printable(path)),
            "type": .string(kind.rawValue),
            "size": .uint64(size),
            "mode": .uint32(permissions),
            "uid": .uint32(userID),
            "gid": .uint32(groupID),
            "mtime": .int64(modified),
            "mtime_nsec": .uint32(modifiedNanoseconds),
            "hard_link": .bool(isHardLink),
        ]
    }
}

extension FileMatch {
    /// The entry of `Backup1.SearchFiles`.
    var properties: [String: Value] {
        let own: [String: Value] = [
            "id": .uint32(id),
            "path": .bytes(entry.path),
            "created": .uint64(exportCreated),
            "snapshot_created": .uint64(snapshotCreated),
        ]
        return own.merging(entry.common) { first, _ in first }
    }
}

extension FileSearchResult.Unsearched {
    /// The entry of `Backup1.SearchFiles` for an export that was passed over.
    var properties: [String: Value] {
        ["id": .uint32(id), "unsearched": .string(reason)]
    }
}
