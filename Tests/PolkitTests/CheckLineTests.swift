import DBus
import Synchronization
import Testing

@testable import Polkit

struct CheckLineTests {
    /// Enters a check that stays, and notes `name` when it is started.
    private func enter(
        _ line: CheckLine,
        _ started: Started,
        _ name: String,
        userID: UInt32,
        isPrompt: Bool = false
    ) throws(DBusError) -> CheckLine.Ticket {
        try line.enter(userID, isPrompt: isPrompt) { _ in started.add(name) }
    }

    @Test func `the users take turns, each in the order of their checks`() throws {
        let line = CheckLine(CheckLine.Limits(running: 1, runningPerUser: 1))
        let started = Started()
        var tickets = [try enter(line, started, "a1", userID: 1)]
        for name in ["a2", "a3"] { tickets.append(try enter(line, started, name, userID: 1)) }
        for name in ["b1", "b2"] { tickets.append(try enter(line, started, name, userID: 2)) }
        #expect(started.names == ["a1"])
        for index in 0..<4 {
            let running = ["a1", "a2", "b1", "a3", "b2"][index]
            let ticket = zip(["a1", "a2", "a3", "b1", "b2"], tickets).first { $0.0 == running }?.1
            line.leave(try #require(ticket))
        }
        #expect(started.names == ["a1", "a2", "b1", "a3", "b2"])
    }

    @Test func `no user has all places, and not all places are prompts`() throws {
        let limits = CheckLine.Limits(running: 4, runningPrompts: 2, runningPerUser: 3)
        let line = CheckLine(limits)
        let started = Started()
        for index in 0..<5 { _ = try enter(line, started, "a\(index)", userID: 1) }
        #expect(started.names == ["a0", "a1", "a2"])
        _ = try enter(line, started, "b", userID: 2)
        _ = try enter(line, started, "c", userID: 3)
        #expect(started.names == ["a0", "a1", "a2", "b"])

        let prompts = CheckLine(limits)
        let startedPrompts = Started()
        for userID in UInt32(1)...3 {
            _ = try enter(prompts, startedPrompts, "p\(userID)", userID: userID, isPrompt: true)
        }
        _ = try enter(prompts, startedPrompts, "n", userID: 4)
        #expect(startedPrompts.names == ["p1", "p2", "n"])
    }

    @Test func `a check that is taken out of the line is never started`() throws {
        let line = CheckLine(CheckLine.Limits(running: 1))
        let started = Started()
        let first = try enter(line, started, "first", userID: 1)
        let second = try enter(line, started, "second", userID: 1)
        _ = try enter(line, started, "third", userID: 1)
        #expect(line.remove(second))
        #expect(!line.remove(second))
        #expect(!line.remove(first))
        line.leave(first)
        #expect(started.names == ["first", "third"])
    }

    @Test func `a user with too many checks in line is refused, and another is not`() throws {
        let line = CheckLine(CheckLine.Limits(running: 1, waitingPerUser: 2))
        let started = Started()
        var tickets: [CheckLine.Ticket] = []
        for index in 0..<3 { tickets.append(try enter(line, started, "a\(index)", userID: 1)) }
        let error = #expect(throws: DBusError.self) { try enter(line, started, "a3", userID: 1) }
        #expect(error?.isStandard("LimitsExceeded") == true)
        _ = try enter(line, started, "b", userID: 2)
        #expect(line.remove(tickets[1]))
        _ = try enter(line, started, "a4", userID: 1)
    }
}

/// The names of the checks that were started.
private final class Started: Sendable {
    private let list = Mutex<[String]>([])

    var names: [String] { list.withLock { $0 } }

    func add(_ name: String) {
        list.withLock { $0.append(name) }
    }
}
