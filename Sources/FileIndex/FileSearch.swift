public import BackupModel

/// A search over several indexes at once.
public struct FileSearch {
    /// How long a search may take.
    public static let timeLimit: Duration = .seconds(10)
    /// How many matches are read at a time.
    private static let leastBatch = 32

    private let pattern: SearchPattern
    private let page: FilePage
    private let deadline: SearchDeadline
    private var searches: [IndexSearch] = []

    /// The indexes that turned out to be damaged after some of what they say was told, and how.
    public private(set) var failures: [(id: SnapshotID, error: BackupError)] = []

    /// Starts a search for `text` that gives no more than `page`.
    /// - Throws: `BackupError` with `invalidArgs` for a text that can't be searched for.
    public init(_ text: String, _ page: FilePage, timeLimit: Duration = Self.timeLimit) throws(BackupError) {
        pattern = try SearchPattern(text)
        self.page = page
        deadline = SearchDeadline(timeLimit)
    }

    /// Searches `index`, too. Indexes come in the order of their ids.
    /// - Throws: `BackupError` with `corrupt`, or `limitsExceeded` when the time is over.
    public mutating func add(_ index: FileIndex) throws {
        var search = IndexSearch(index, pattern, deadline)
        try search.fill(min(page.offset + page.limit, Self.leastBatch))
        if search.first != nil { searches.append(search) }
    }

    /// The matches of the page in the order of their paths, and those of one path in the order of their ids.
    /// - Throws: `BackupError` with `limitsExceeded` when the time is over.
    public mutating func matches() throws -> [FileMatch] {
        var result: [FileMatch] = []
        // What comes before the page has to be known only where it decides which index is the next.
        var remaining = page.offset
        if searches.count == 1 { remaining = try skip(remaining) }
        let batch = max(Self.leastBatch, (remaining + page.limit) / max(1, searches.count))
        while result.count < page.limit, let next = nextPath() {
            for index in searches.indices where searches[index].first?.entry.path == next {
                guard let match = try take(from: index, batch) else { continue }
                if remaining > 0 {
                    remaining -= 1
                } else if result.count < page.limit {
                    result.append(match)
                }
            }
            searches.removeAll { $0.first == nil }
        }
        return result
    }

    private func nextPath() -> [UInt8]? {
        var best: [UInt8]?
        for search in searches {
            guard let path = search.first?.entry.path else { continue }
            if best.map({ path.precedesAsPath($0) }) ?? true { best = path }
        }
        return best
    }

    private mutating func take(from index: Int, _ batch: Int) throws -> FileMatch? {
        let match = searches[index].takeFirst()
        if searches[index].first == nil { try advance(index) { try $0.fill(batch) } }
        return match
    }

    /// Passes over the first `count` matches of the only index.
    private mutating func skip(_ count: Int) throws -> Int {
        let limit = page.limit
        try advance(0) { try $0.skip(count, thenFill: limit) }
        searches.removeAll { $0.first == nil }
        return 0
    }

    /// Goes on in an index; that it is damaged does not end the search.
    private mutating func advance(_ index: Int, _ body: (inout IndexSearch) throws -> Void) throws {
        do {
            try body(&searches[index])
        } catch let error as BackupError {
            guard error.code != .limitsExceeded else { throw error }
            failures.append((searches[index].id, error))
        }
    }
}

/// When a search has taken too long.
struct SearchDeadline {
    private let limit: Duration
    private let end: ContinuousClock.Instant

    init(_ limit: Duration) {
        self.limit = limit
        end = .now + limit
    }

    func check() throws(BackupError) {
        guard ContinuousClock.now >= end else { return }
        throw BackupError(
            .limitsExceeded,
            "The search took longer than \(limit.components.seconds) seconds; search for a longer text."
        )
    }
}

extension [UInt8] {
    /// Whether this path comes before `other`, component by component.
    func precedesAsPath(_ other: [UInt8]) -> Bool {
        let common = Swift.min(count, other.count)
        var index = 0
        while index < common, self[index] == other[index] { index += 1 }
        guard index < common else { return count < other.count }
        func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }
        return rank(self[index]) < rank(other[index])
    }
}
