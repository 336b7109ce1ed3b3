public import BackupModel
import DBus

extension BackupClient {
    /// What is in the directory at `path` of the export `id`, by name.
    public func files(
        _ id: SnapshotID,
        at path: [UInt8] = [],
        _ page: FilePage = FilePage(limit: FilePage.ofDirectory.defaultLimit)
    ) async throws(BackupError) -> [FileEntry] {
        try await object.list("ListFiles", with: [.uint32(id), .bytes(path), page.value]) { entry throws(BackupError) in
            try FileEntry(entry, path: "name")
        }
    }

    /// The entries of all exports whose paths hold `text`, by path and id.
    public func search(
        _ text: String,
        _ page: FilePage = FilePage(limit: FilePage.ofSearch.defaultLimit)
    ) async throws(BackupError) -> FileSearchResult {
        let found = try await object.list("SearchFiles", with: [.string(text), page.value], Found.init)
        var result = FileSearchResult()
        for case .match(let match) in found { result.matches.append(match) }
        for case .unsearched(let unsearched) in found { result.unsearched.append(unsearched) }
        return result
    }

    private enum Found {
        case match(FileMatch)
        case unsearched(FileSearchResult.Unsearched)

        init(_ entry: PropertyReader) throws(BackupError) {
            if let reason = try entry.text("unsearched") {
                self = .unsearched(.init(id: try entry.id(), reason: reason))
                return
            }
            self = .match(
                FileMatch(
                    id: try entry.id(),
                    exportCreated: try entry.number("created") ?? 0,
                    snapshotCreated: try entry.number("snapshot_created") ?? 0,
                    entry: try FileEntry(entry, path: "path")
                )
            )
        }
    }
}

extension FilePage {
    fileprivate var value: Value {
        .properties(["limit": .uint32(UInt32(clamping: limit)), "offset": .uint32(UInt32(clamping: offset))])
    }
}

extension FileEntry {
    fileprivate init(_ entry: PropertyReader, path key: String) throws(BackupError) {
        self.init(
            path: try entry.bytes(key) ?? [],
            kind: try entry.text("type").flatMap(Kind.init) ?? .file,
            size: try entry.number("size") ?? 0,
            permissions: try entry.number("mode") ?? 0,
            userID: try entry.number("uid") ?? 0,
            groupID: try entry.number("gid") ?? 0,
            modified: try entry.number("mtime") ?? 0,
            modifiedNanoseconds: try entry.number("mtime_nsec") ?? 0,
            isHardLink: try entry.flag("hard_link") ?? false
        )
    }
}
