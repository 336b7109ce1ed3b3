import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite struct SharedCallTests {
    /// Counts calls, and ends each when it is told to.
    private final class Calls: Sendable {
        let begun = Mutex(0)
        let gate: AsyncStream<Void>
        let open: AsyncStream<Void>.Continuation

        init() {
            (gate, open) = AsyncStream.makeStream()
        }

        func call() async -> Int {
            let number = begun.withLock { count in
                count += 1
                return count
            }
            for await _ in gate { break }
            return number
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `all who come while a call is under way share the next one`() async throws {
        let calls = Calls()
        let shared = SharedCall { await calls.call() }
        async let first = shared.value()
        while calls.begun.withLock({ $0 }) == 0 { await Task.yield() }
        let others = (0..<50).map { _ in Task { try await shared.value() } }
        // They have come when the call is under way still; one that has not would begin a third.
        for _ in 0..<1000 { await Task.yield() }
        calls.open.yield()
        #expect(try await first == 1)
        calls.open.yield()
        calls.open.yield()
        for other in others {
            let number = try await other.value
            #expect(number >= 2)
        }
        #expect(calls.begun.withLock { $0 } <= 3)
    }

    @Test func `who asks after an answer gets another, and an error does not stay`() async throws {
        struct Refused: Error {}
        let count = Mutex(0)
        let shared = SharedCall {
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number != 2 else { throw Refused() }
            return number
        }
        #expect(try await shared.value() == 1)
        await #expect(throws: Refused.self) { try await shared.value() }
        #expect(try await shared.value() == 3)
    }
}
