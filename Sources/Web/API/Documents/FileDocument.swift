import BackupModel
import FoundationEssentials
import Linux

/// Where something is in a backup: as text, or as bytes in Base64 where they are none.
struct FilePlace {
    let path: String?
    let base64: String?

    init(_ bytes: [UInt8]) {
        path = String(validating: bytes, as: UTF8.self)
        base64 = path == nil ? Data(bytes).base64EncodedString() : nil
    }
}

/// An entry of a backup.
struct FileDocument: Encodable {
    let path: String?
    let pathBase64: String?
    let display: String
    let type: String
    let size: UInt64
    let mode: UInt32
    let uid: UInt32
    let gid: UInt32
    let mtime: Int64
    let mtimeNsec: UInt32
    let hardLink: Bool

    /// An entry of the directory at `directory`, which is shown by its name.
    init(_ entry: FileEntry, in directory: [UInt8]) {
        self.init(entry, path: directory.isEmpty ? entry.path : directory + [UInt8(ascii: "/")] + entry.path)
    }

    fileprivate init(_ entry: FileEntry, path: [UInt8]) {
        let place = FilePlace(path)
        self.path = place.path
        pathBase64 = place.base64
        display = printable(entry.path)
        type = entry.kind.rawValue
        size = entry.size
        mode = entry.permissions
        uid = entry.userID
        gid = entry.groupID
        mtime = entry.modified
        mtimeNsec = entry.modifiedNanoseconds
        hardLink = entry.isHardLink
    }
}

/// A part of what is in a directory.
struct FileListDocument: Encodable {
    let entries: [FileDocument]
    /// Whether there is more behind it.
    let more: Bool
}

/// An entry that was found, with its whole path, and the backup it is in.
struct MatchDocument: Encodable {
    let id: SnapshotID
    let created: UInt64
    let snapshotCreated: UInt64
    private let file: FileDocument

    init(_ match: FileMatch) {
        id = match.id
        created = match.exportCreated
        snapshotCreated = match.snapshotCreated
        file = FileDocument(match.entry, path: match.entry.path)
    }

    private enum CodingKeys: CodingKey {
        case id, created, snapshotCreated
    }

    func encode(to encoder: any Encoder) throws {
        try file.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(created, forKey: .created)
        try container.encode(snapshotCreated, forKey: .snapshotCreated)
    }
}

/// A part of what was found.
struct SearchDocument: Encodable {
    struct Unsearched: Encodable {
        let id: SnapshotID
        let reason: String
    }

    let matches: [MatchDocument]
    let unsearched: [Unsearched]
    /// Whether there is more behind it.
    let more: Bool
}
