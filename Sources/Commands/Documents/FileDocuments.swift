import BackupModel
import Linux

/// What `backup files --json` writes: the keys of `Backup1.ListFiles`.
struct FilesDocument: Encodable {
    struct Entry: Encodable {
        let name: [UInt8]
        let display: String
        let type: String
        let size: UInt64
        let mode: UInt32
        let uid: UInt32
        let gid: UInt32
        let mtime: Int64
        let mtimeNsec: UInt32
        let hardLink: Bool
    }

    let files: [Entry]

    init(_ entries: [FileEntry]) {
        files = entries.map { entry in
            Entry(
                name: entry.path,
                display: printable(entry.path),
                type: entry.kind.rawValue,
                size: entry.size,
                mode: entry.permissions,
                uid: entry.userID,
                gid: entry.groupID,
                mtime: entry.modified,
                mtimeNsec: entry.modifiedNanoseconds,
                hardLink: entry.isHardLink
            )
        }
    }
}

/// What `backup search --json` writes: the keys of `Backup1.SearchFiles`.
struct SearchDocument: Encodable {
    struct Match: Encodable {
        let id: SnapshotID
        let path: [UInt8]
        let display: String
        let type: String
        let size: UInt64
        let mode: UInt32
        let uid: UInt32
        let gid: UInt32
        let mtime: Int64
        let mtimeNsec: UInt32
        let hardLink: Bool
        let created: UInt64
        let snapshotCreated: UInt64
    }

    struct Unsearched: Encodable {
        let id: SnapshotID
        let unsearched: String
    }

    let matches: [Match]
    let unsearched: [Unsearched]

    init(_ result: FileSearchResult) {
        unsearched = result.unsearched.map { Unsearched(id: $0.id, unsearched: $0.reason) }
        matches = result.matches.map { match in
            Match(
                id: match.id,
                path: match.entry.path,
                display: printable(match.entry.path),
                type: match.entry.kind.rawValue,
                size: match.entry.size,
                mode: match.entry.permissions,
                uid: match.entry.userID,
                gid: match.entry.groupID,
                mtime: match.entry.modified,
                mtimeNsec: match.entry.modifiedNanoseconds,
                hardLink: match.entry.isHardLink,
                created: match.exportCreated,
                snapshotCreated: match.snapshotCreated
            )
        }
    }
}
