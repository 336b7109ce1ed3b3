public import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB

/// A search over one index after another.
public struct FileSearch {
    /// How long a search may take.
    public static let timeLimit: Duration = .seconds(10)

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
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT entry.parent, entry.name, \(IndexSchema.columns)
                FROM trigram JOIN entry ON entry.id = trigram.rowid
                WHERE trigram MATCH ? ORDER BY trigram.rowid
                """,
            arguments: [pattern.query]
        )
        let last = best.count == wanted ? best.last?.entry.path : nil
        var found: [FileMatch] = []
        var count = 0
        while found.count < wanted, let row = try rows.next() {
            count += 1
            if count % 128 == 0 { try checkTime() }
            guard let match = try match(row, &paths) else { continue }
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

    private func match(_ row: Row, _ paths: inout PathReader) throws -> FileEntry? {
        guard let parent = Int64.fromDatabaseValue(row[0]) else { throw Damage() }
        // First, as it is known already where many are in one directory.
        if !pattern.directories.isEmpty, try !paths.answer(for: parent, { isMatch($0) }) { return nil }
        guard let name = Data.fromDatabaseValue(row[1]) else { throw Damage() }
        guard pattern.name.matches([UInt8](name).foldedName) else { return nil }
        var entry = try FileIndex.entry(row, from: 1)
        if pattern.isAboutDirectories, entry.kind != .directory { return nil }
        let directory = try paths.components(of: parent)
        entry.path = Array((directory + [entry.path]).joined(separator: [UInt8(ascii: "/")]))
        return entry
    }

    /// Whether the directories around an entry, the outermost first, are as the pattern wants them.
    private func isMatch(_ directories: [[UInt8]]) -> Bool {
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

/// Finds the paths of entries.
struct PathReader {
    private static let maximumCachedCount = 4096

    private let statement: Statement
    private var cache: [Int64: [[UInt8]]] = [0: []]
    private var last: (id: Int64, answer: Bool)?

    init(_ database: Database) throws {
        statement = try database.makeStatement(sql: "SELECT parent, name FROM entry WHERE id = ?")
    }

    /// What `question` says of the path of `id`, which is asked anew for another one only.
    mutating func answer(for id: Int64, _ question: ([[UInt8]]) -> Bool) throws -> Bool {
        if let last, last.id == id { return last.answer }
        let answer = question(try components(of: id))
        last = (id, answer)
        return answer
    }

    /// The components of the path of `id`.
    mutating func components(of id: Int64) throws -> [[UInt8]] {
        if let known = cache[id] { return known }
        var names: [[UInt8]] = []
        var outer = id
        while cache[outer] == nil {
            guard let row = try Row.fetchOne(statement, arguments: [outer]),
                let parent = Int64.fromDatabaseValue(row[0]), let name = Data.fromDatabaseValue(row[1]),
                parent >= 0, parent < outer, names.count < FileIndex.maximumDepth
            else { throw Damage() }
            names.append([UInt8](name))
            outer = parent
        }
        let result = (cache[outer] ?? []) + names.reversed()
        if cache.count >= Self.maximumCachedCount { cache = [0: []] }
        cache[id] = result
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
