import BackupModel
import Documents

/// What `backup files --json` writes: the keys of `Backup1.ListFiles`.
struct FilesDocument: Encodable {
    struct Entry: Encodable {
        let name: [UInt8]
        private let file: FileDocument

        init(_ entry: FileEntry) {
            name = entry.path
            file = FileDocument(entry)
        }

        private enum CodingKeys: CodingKey {
            case name
        }

        func encode(to encoder: any Encoder) throws {
            try file.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
        }
    }

    let files: [Entry]

    init(_ entries: [FileEntry]) {
        files = entries.map(Entry.init)
    }
}

/// What `backup search --json` writes: the keys of `Backup1.SearchFiles`.
struct SearchDocument: Encodable {
    struct Match: Encodable {
        private let match: FileMatch

        init(_ match: FileMatch) {
            self.match = match
        }

        private enum CodingKeys: CodingKey {
            case id, path, created, snapshotCreated
        }

        func encode(to encoder: any Encoder) throws {
            try FileDocument(match.entry).encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(match.id, forKey: .id)
            try container.encode(match.entry.path, forKey: .path)
            try container.encode(match.exportCreated, forKey: .created)
            try container.encode(match.snapshotCreated, forKey: .snapshotCreated)
        }
    }

    struct Unsearched: Encodable {
        let id: SnapshotID
        let unsearched: String
    }

    let matches: [Match]
    let unsearched: [Unsearched]

    init(_ result: FileSearchResult) {
        unsearched = result.unsearched.map { Unsearched(id: $0.id, unsearched: $0.reason) }
        matches = result.matches.map(Match.init)
    }
}
