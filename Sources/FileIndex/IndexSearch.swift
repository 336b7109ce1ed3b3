import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB

/// A search over one index, which goes on where it stopped.
///
/// It passes once over the blocks that can matter, in the order of paths. A directory comes before what is in it, so for
/// those around the entry that is looked at it is known with which parts of the text their names agree.
struct IndexSearch {
    /// After how many blocks it is worth asking for those alone that still matter.
    private static let patience = 64
    /// How many names may agree in vain before the directories before them are followed.
    private static let maximumMissCount = 256
    /// The most parts of a text that blocks are asked for.
    private static let maximumQueriedCount = 8

    let id: SnapshotID
    /// What was found and not taken yet.
    private var found: ArraySlice<FileMatch> = []
    /// None when all was looked at.
    private var index: FileIndex?
    private let pattern: SearchPattern
    private let deadline: SearchDeadline
    /// The number of the last entry that was looked at.
    private var position: Int64 = 0
    /// The directories around it that agree with parts of the text before a slash, and with which; the outermost part is 0.
    private var around: [(id: Int64, parts: PartSet)] = []
    /// The parts of the text that blocks are asked for, and for how many blocks these were others than those that matter.
    private var asked: PartSet
    private var idleCount = 0
    /// The directory of the last entry that was looked at, or that entry itself.
    private var directory: Int64 = 0
    /// How many entries agreed, but not the directories around them; nil when these are followed.
    private var missCount: Int?
    /// The directory that was asked for last, before they were followed.
    private var known: (directory: Int64, agrees: Bool) = (0, false)
    private var matches: MatchReader

    init(_ index: FileIndex, _ pattern: SearchPattern, _ deadline: SearchDeadline) {
        id = index.subject.id
        self.index = index
        matches = MatchReader(index.subject)
        self.pattern = pattern
        self.deadline = deadline
        missCount = pattern.directories.isEmpty ? nil : 0
        asked = pattern.directories.isEmpty ? .outermost : PartSet(pattern.directories.count)
    }

    /// The next match, if it was found already.
    var first: FileMatch? { found.first }

    /// Removes the next match.
    mutating func takeFirst() -> FileMatch? { found.popFirst() }

    /// Passes over `count` matches, and finds as many as `next` after them.
    mutating func skip(_ count: Int, thenFill next: Int) throws {
        let known = min(count, found.count)
        found = found.dropFirst(known)
        try fill(next - found.count, after: count - known)
    }

    /// Finds `count` further matches after the next `skipped`, or all there are.
    /// - Throws: `BackupError` with `corrupt`, or `limitsExceeded` when the time is over.
    mutating func fill(_ count: Int, after skipped: Int = 0) throws {
        try deadline.check()
        guard let index, count > 0 else { return }
        do {
            try FileIndex.reading(id) {
                try index.queue.read { try fill(count, after: skipped, in: $0) }
            }
        } catch {
            self.index = nil
            throw error
        }
    }

    private mutating func fill(_ count: Int, after skipped: Int, in database: Database) throws {
        var (skipped, wanted, blockCount) = (skipped, count, 0)
        _ = try hasToAskAnew(in: database)
        var rows = try blocks(in: database)
        while wanted > 0 {
            guard let row = try rows.next() else {
                index = nil
                return
            }
            blockCount += 1
            if blockCount.isMultiple(of: Self.patience) { try deadline.check() }
            let all = try numbers(in: NameBlockReader(NameBlock(row)), limit: skipped + wanted, database)
            if !all.isEmpty {
                let new = all.dropFirst(skipped)
                skipped -= all.count - new.count
                try found += matches.read(new, in: database)
                wanted -= new.count
            }
            if wanted > 0, try hasToAskAnew(in: database) { rows = try blocks(in: database) }
        }
    }

    /// Whether other parts matter from here on than those the blocks were asked for.
    private mutating func hasToAskAnew(in database: Database) throws -> Bool {
        if pattern.directories.isEmpty { return false }
        if let missCount {
            guard missCount >= Self.maximumMissCount else { return false }
            around = try agreement(of: directory, in: database)
            self.missCount = nil
        }
        let needed = around.reduce(PartSet.outermost) { $0.union($1.parts.next) }
        idleCount = needed == asked ? 0 : idleCount + 1
        // A block too many costs less than another query.
        guard !needed.isSubset(of: asked) || idleCount >= Self.patience else { return false }
        asked = needed
        idleCount = 0
        return true
    }

    /// The blocks after what was looked at that can matter.
    private func blocks(in database: Database) throws -> RowCursor {
        let next = NameBlock.number(of: position + 1)
        guard asked.count <= Self.maximumQueriedCount else {
            return try Row.fetchCursor(
                database,
                sql: "SELECT id, names, parents FROM block WHERE id >= ? ORDER BY id",
                arguments: [next]
            )
        }
        let all = pattern.directories + [pattern.name]
        let parts = all.indices.filter { asked.contains($0) }.map { all[$0] }
        let query = parts.map { "(\($0.query))" }.joined(separator: " OR ")
        let mark = parts.count == 1 ? parts.first?.mark : nil
        return try Row.fetchCursor(
            database,
            sql: """
                SELECT block.id, block.names, block.parents FROM trigram JOIN block ON block.id = trigram.rowid
                WHERE trigram MATCH ? AND trigram.rowid >= ? \(mark == nil ? "" : "AND instr(block.names, ?) > 0")
                ORDER BY trigram.rowid
                """,
            arguments: [query, next] + StatementArguments(mark.map { [Data($0)] } ?? [])
        )
    }

    /// The numbers of the first entries in a block that match, of those that were not looked at yet.
    private mutating func numbers(in block: NameBlockReader, limit: Int, _ database: Database) throws -> [Int64] {
        var block = block
        var found: [Int64] = []
        while found.count < limit, let entry = try block.next() {
            guard entry.id > position else { continue }
            position = entry.id
            directory = entry.directory
            let isMatch =
                try missCount == nil
                ? isMatch(entry, in: block.names) : isMatchByName(entry, in: block.names, database)
            if isMatch { found.append(entry.id) }
        }
        return found
    }

    /// Whether an entry matches, where the directories around it are followed.
    private mutating func isMatch(_ entry: NameBlockEntry, in names: [UInt8]) -> Bool {
        guard let innermost = pattern.directories.indices.last else { return pattern.name.matches(entry, in: names) }
        while let last = around.last, last.id > entry.parent { around.removeLast() }
        let outer = around.last.flatMap { $0.id == entry.parent ? $0.parts : nil } ?? PartSet()
        if entry.isDirectory {
            let parts = pattern.parts(of: entry, in: names, after: outer)
            if parts != PartSet() { around.append((entry.id, parts)) }
        }
        return outer.contains(innermost) && pattern.name.matches(entry, in: names)
    }

    /// Whether an entry matches, where they are not.
    private mutating func isMatchByName(_ entry: NameBlockEntry, in names: [UInt8], _ database: Database) throws
        -> Bool
    {
        guard let innermost = pattern.directories.indices.last, pattern.name.matches(entry, in: names) else {
            return false
        }
        if known.directory != entry.parent {
            let last = try agreement(of: entry.parent, in: database).last
            known = (entry.parent, last?.id == entry.parent && last?.parts.contains(innermost) == true)
        }
        if !known.agrees { missCount = missCount.map { $0 + 1 } }
        return known.agrees
    }

    /// Those of the directories around what is in one that agree with parts of the text, the outermost first.
    private mutating func agreement(of id: Int64, in database: Database) throws -> [(id: Int64, parts: PartSet)] {
        var outer = PartSet()
        return try matches.paths.directories(to: id, in: database).compactMap { id, name in
            let name = name.foldedName
            let entry = NameBlockEntry(id: id, parent: 0, name: name.indices, isDirectory: true)
            outer = pattern.parts(of: entry, in: name, after: outer)
            return outer == PartSet() ? nil : (id, outer)
        }
    }
}
