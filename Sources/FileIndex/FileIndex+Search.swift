public import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB

/// A search over one index after another.
public struct FileSearch {
    /// How long a search may take.
    public static let timeLimit: Duration = .seconds(10)

    /// How many entries are looked at in vain before it is worth asking where the next directory is.
    private static let patience = 128

    private let pattern: SearchPattern
    private let page: FilePage
    private let deadline: ContinuousClock.Instant
    /// The first matches of the indexes so far, no more than are needed, in their order.
    private var best: [FileMatch] = []

    /// Starts a search for `text` that gives no more than `page`.
    /// - Throws: `BackupError` with `invalidArgs` for a text that can't be searched for.
    public init(_ text: String, _ page: FilePage, timeLimit: Duration = Self.timeLimit) throws(BackupError) {
        pattern = try SearchPattern(text)
        self.page = page
        deadline = .now + timeLimit
    }

    /// The matches of the page.
    public var matches: [FileMatch] { Array(best.dropFirst(page.offset)) }

    private var wanted: Int { page.offset + page.limit }

    /// Searches `index`, too. Indexes come in the order of their ids.
    /// - Throws: `BackupError` with `corrupt`, or `limitsExceeded` when the time is over.
    public mutating func add(_ index: FileIndex) throws {
        try checkTime()
        let found = try FileIndex.reading(index.subject.id) {
            try index.queue.read { try matches(in: $0, of: index) }
        }
        best = Self.merge(best, found, limit: wanted)
    }

    private func matches(in database: Database, of index: FileIndex) throws -> [FileMatch] {
        var paths = try PathReader(database)
        var rows = try Self.rows(of: pattern.query, after: 0, in: database)
        let last = best.count == wanted ? best.last?.entry.path : nil
        var found: [FileMatch] = []
        var missCount = 0
        while found.count < wanted, let row = try rows.next() {
            guard let match = try match(row, &paths) else {
                missCount += 1
                guard missCount % Self.patience == 0 else { continue }
                try checkTime()
                if let next = try directory(after: row, &paths, in: database) {
                    rows = try Self.rows(of: pattern.query, after: next, in: database)
                }
                continue
            }
            // What comes after the last that is wanted is not wanted either.
            if let last, !match.path.precedesAsPath(last) { break }
            found.append(
                FileMatch(
                    id: index.subject.id,
                    exportCreated: index.subject.created,
                    snapshotCreated: index.subject.snapshotCreated,
                    entry: match
                )
            )
        }
        return found
    }

    /// The entries after the number `start` whose names have all trigrams of a query, by number; their own numbers are the last columns.
    private static func rows(of query: String, after start: Int64, in database: Database) throws -> RowCursor {
        try Row.fetchCursor(
            database,
            sql: """
                SELECT entry.parent, entry.name, \(IndexSchema.columns), entry.id
                FROM trigram JOIN entry ON entry.id = trigram.rowid
                WHERE trigram MATCH ? AND trigram.rowid > ? ORDER BY trigram.rowid
                """,
            arguments: [query, start]
        )
    }

    /// The number after which the next match is at the earliest: that of the next directory which the text can be about, or of
    /// none; nil while more may be in the directories around `row`.
    private func directory(after row: Row, _ paths: inout PathReader, in database: Database) throws -> Int64? {
        guard let query = pattern.directoryQuery, let innermost = pattern.directories.first else { return nil }
        guard let parent = Int64.fromDatabaseValue(row[0]), let id = Int64.fromDatabaseValue(row[row.count - 1]) else {
            throw Damage()
        }
        // Numbers are in the order of the paths: what is in a directory before this entry comes after it only if this entry
        // is somewhere in that directory, too.
        let around = try paths.components(of: parent)
        guard !around.indices.contains(where: { isMatch(around[...$0]) }) else { return nil }
        let rows = try Self.rows(of: query, after: id, in: database)
        var count = 0
        while let row = try rows.next() {
            count += 1
            if count % Self.patience == 0 { try checkTime() }
            guard let name = Data.fromDatabaseValue(row[1]), let next = Int64.fromDatabaseValue(row[row.count - 1]),
                next > id
            else { throw Damage() }
            guard innermost.matches([UInt8](name).foldedName) else { continue }
            if try FileIndex.entry(row, from: 1).kind == .directory { return next }
        }
        return .max
    }

    private func match(_ row: Row, _ paths: inout PathReader) throws -> FileEntry? {
        guard let parent = Int64.fromDatabaseValue(row[0]) else { throw Damage() }
        // First, as it is known already where many are in one directory.
        if !pattern.directories.isEmpty, try !paths.answer(for: parent, { isMatch($0[...]) }) { return nil }
        guard let name = Data.fromDatabaseValue(row[1]) else { throw Damage() }
        guard pattern.name.matches([UInt8](name).foldedName) else { return nil }
        var entry = try FileIndex.entry(row, from: 1)
        if pattern.isAboutDirectories, entry.kind != .directory { return nil }
        let directory = try paths.components(of: parent)
        entry.path = Array((directory + [entry.path]).joined(separator: [UInt8(ascii: "/")]))
        return entry
    }

    /// Whether the directories around an entry, the outermost first, are as the pattern wants them.
    private func isMatch(_ directories: ArraySlice<[UInt8]>) -> Bool {
        directories.count >= pattern.directories.count
            && zip(pattern.directories, directories.reversed()).allSatisfy { $0.matches($1.foldedName) }
    }

    private func checkTime() throws(BackupError) {
        guard ContinuousClock.now >= deadline else { return }
        throw BackupError(
            .limitsExceeded,
            "The search took longer than \(Self.timeLimit.components.seconds) seconds; search for a longer text."
        )
    }

    /// The first of both, of which `new` has the greater ids.
    static func merge(_ old: [FileMatch], _ new: [FileMatch], limit: Int) -> [FileMatch] {
        var result: [FileMatch] = []
        var (old, new) = (old[...], new[...])
        while result.count < limit {
            if let first = new.first, old.first.map({ first.entry.path.precedesAsPath($0.entry.path) }) ?? true {
                result.append(first)
                new.removeFirst()
            } else if let first = old.popFirst() {
                result.append(first)
            } else {
                break
            }
        }
        return result
    }
}

extension [UInt8] {
    /// Whether this path comes before `other`, component by component.
    func precedesAsPath(_ other: [UInt8]) -> Bool {
        func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }
        return lexicographicallyPrecedes(other) { rank($0) < rank($1) }
    }
}
