import BackupModel

@testable import FileIndex

/// Entries in memory, which answer by looking at each of them.
struct NaiveTree {
    private struct Record {
        let path: [UInt8]
        /// The path as it is compared, with a slash before each component, and after the last one of a directory.
        let folded: [UInt8]
        /// Where in that its last component begins.
        let lastName: Int
    }

    private static let slash = UInt8(ascii: "/")

    let kinds: [[UInt8]: FileEntry.Kind]
    /// All paths, component by component.
    let paths: [[UInt8]]
    private let records: [Record]

    init(_ kinds: [[UInt8]: FileEntry.Kind]) {
        self.kinds = kinds
        paths = kinds.keys.sorted { $0.precedesAsPath($1) }
        records = paths.map { path in
            let names = path.split(separator: Self.slash).map { name in
                [Self.slash] + Array(String(decoding: name, as: UTF8.self).lowercased().utf8)
            }
            let folded = Array(names.joined()) + (kinds[path] == .directory ? [Self.slash] : [])
            return Record(path: path, folded: folded, lastName: names.dropLast().joined().count + 1)
        }
    }

    func index(in fixture: IndexFixture) throws -> FileIndex {
        try fixture.build { spool in
            // Not in the order of the paths, but a directory before what is in it.
            for path in paths.reversed().sorted(by: { $0.count < $1.count }) {
                spool.add(FileEntry(path: path, kind: kinds[path] ?? .file))
            }
        }
    }

    /// The names in a directory.
    func names(in directory: [UInt8]) -> [[UInt8]] {
        let start = directory.isEmpty ? [] : directory + [Self.slash]
        return paths.filter { $0.starts(with: start) && !$0[start.count...].contains(Self.slash) }
            .map { Array($0[start.count...]) }
    }

    /// The paths in which a text ends in the last component.
    func paths(with text: String) -> [[UInt8]] {
        let text = Array(text.lowercased().utf8)
        return records.filter { record in
            if text.last == Self.slash { return record.folded.suffix(text.count).elementsEqual(text) }
            let first = max(0, record.lastName - text.count + 1)
            return (first..<max(first, record.folded.count - text.count + 1)).contains { start in
                record.folded[start..<(start + text.count)].elementsEqual(text)
            }
        }.map(\.path)
    }
}
