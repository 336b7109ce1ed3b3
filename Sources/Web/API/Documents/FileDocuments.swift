import BackupModel
import Documents
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

/// An entry of a backup, and where it is.
struct PlacedFileDocument: Encodable {
    private let place: FilePlace
    private let file: FileDocument

    /// An entry of the directory at `directory`, which is shown by its name.
    init(_ entry: FileEntry, in directory: [UInt8]) {
        place = FilePlace(directory.isEmpty ? entry.path : directory + [UInt8(ascii: "/")] + entry.path)
        file = FileDocument(entry)
    }

    /// An entry that is shown by its whole path.
    init(_ entry: FileEntry) {
        place = FilePlace(entry.path)
        file = FileDocument(entry)
    }

    private enum CodingKeys: CodingKey {
        case path, pathBase64
    }

    func encode(to encoder: any Encoder) throws {
        try file.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(place.path, forKey: .path)
        try container.encodeIfPresent(place.base64, forKey: .pathBase64)
    }
}

/// A part of what is in a directory.
struct FileListDocument: Encodable {
    let entries: [PlacedFileDocument]
    /// Whether there is more behind it.
    let more: Bool
}

/// An entry that was found, with its whole path, and the backup it is in.
struct MatchDocument: Encodable {
    let id: SnapshotID
    let created: UInt64
    let snapshotCreated: UInt64
    private let file: PlacedFileDocument

    init(_ match: FileMatch) {
        id = match.id
        created = match.exportCreated
        snapshotCreated = match.snapshotCreated
        file = PlacedFileDocument(match.entry)
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
