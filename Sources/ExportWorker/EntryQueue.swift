import Linux

/// The entries between the walk, which puts them in, the readers, which fill them in any order, and the archive, which
/// takes them out in the order of the walk; bounded in number and in bytes.
final class EntryQueue: Sendable {
    private static let capacity = 512
    private static let byteLimit = 8 << 20
    private static let batch = 16
    private static let room = 0
    private static let work = 1
    private static let filled = 2

    private struct State {
        /// Entries that were put in, were given to readers, and were taken out, ever.
        var put = 0
        var given = 0
        var taken = 0
        var hasEnded = false
        var isFilled = [Bool](repeating: false, count: capacity)
        var byteCount = 0
        /// Whether the readers wait until the archive has taken much of what they have read.
        var isThrottled = false
        /// Whether the archive waits for the readers.
        var isStarved = false
    }

    private let entries: [Entry]
    private let state = Monitor(State(), conditionCount: 3)

    init() {
        entries = (0..<Self.capacity).map { _ in Entry() }
    }

    /// Waits for room for at least one more entry.
    /// - Returns: The positions to fill and then to ``put(upTo:)``.
    func freePositions(from first: Int) -> Range<Int> {
        state.wait(for: Self.room) { state in
            let end = state.taken + Self.capacity
            return end > first ? first..<min(end, first + Self.batch) : nil
        }
    }

    /// The entry at a position.
    subscript(position: Int) -> Entry { entries[position % Self.capacity] }

    /// Passes on the entries before `end`.
    func put(upTo end: Int) {
        state.withLock { $0.put = end }
        state.signal(Self.work)
    }

    /// Says that no more entries come.
    func end() {
        state.withLock { $0.hasEnded = true }
        state.broadcast(Self.work)
        state.broadcast(Self.filled)
    }

    /// Waits for entries to read; empty when there are no more.
    func positionsToRead() -> Range<Int> {
        var wantsHelp = false
        let range = state.wait(for: Self.work) { state -> Range<Int>? in
            if state.given == state.put { return state.hasEnded ? 0..<0 : nil }
            if state.byteCount > Self.byteLimit { state.isThrottled = true }
            if state.byteCount < Self.byteLimit / 2 { state.isThrottled = false }
            // However large they are, those that the archive waits for are read.
            if state.isThrottled, state.given != state.taken { return nil }
            let first = state.given
            state.given = min(state.put, first + Self.batch)
            wantsHelp = state.isStarved && state.given < state.put
            return first..<state.given
        }
        // One reader after another wakes for as long as the archive is faster than they are: on a disk that rewards it all
        // of them read at once, from a cache that is warm one does.
        if wantsHelp { state.signal(Self.work) }
        return range
    }

    /// Passes on entries that were read.
    func fill(_ positions: Range<Int>) {
        let byteCount = positions.reduce(0) { $0 + self[$1].weight }
        let isNext = state.withLock { state in
            for position in positions { state.isFilled[position % Self.capacity] = true }
            state.byteCount += byteCount
            return positions.contains(state.taken)
        }
        if isNext { state.signal(Self.filled) }
    }

    /// Waits for the next entries that were read; empty when there are no more.
    func positionsToTake() -> Range<Int> {
        state.wait(for: Self.filled) { state in
            var end = state.taken
            while end < state.given, end - state.taken < 4 * Self.batch, state.isFilled[end % Self.capacity] {
                end += 1
            }
            state.isStarved = end == state.taken
            if end > state.taken { return state.taken..<end }
            return state.hasEnded && state.taken == state.put ? 0..<0 : nil
        }
    }

    /// Gives back the room of entries that are done with.
    func take(_ positions: Range<Int>) {
        var byteCount = 0
        for position in positions {
            byteCount += self[position].weight
            self[position].clear()
        }
        state.withLock { state in
            for position in positions { state.isFilled[position % Self.capacity] = false }
            state.taken = positions.upperBound
            state.byteCount -= byteCount
        }
        state.signal(Self.room)
        state.signal(Self.work)
    }
}
