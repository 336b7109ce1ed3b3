import DBus
import Synchronization

/// Where checks wait until polkitd may be asked.
///
/// A bus allows a connection 128 calls without a reply. Prompts stay open for as long as a person likes, so no user may
/// take all of them, and not all of them may be prompts.
final class CheckLine: Sendable {
    /// How many checks there may be.
    struct Limits {
        var running = 96
        var runningPrompts = 64
        var runningPerUser = 32
        var waitingPerUser = 256
    }

    /// A check in the line.
    struct Ticket: Equatable {
        fileprivate let id: UInt64
        fileprivate let userID: UInt32
        fileprivate let isPrompt: Bool
    }

    fileprivate struct Waiting {
        let ticket: Ticket
        let start: @Sendable () -> Void
    }

    fileprivate struct State {
        var lastID: UInt64 = 0
        var running = 0
        var runningPrompts = 0
        var runningPerUser: [UInt32: Int] = [:]
        var waiting: [UInt32: [Waiting]] = [:]
        /// The users who have checks waiting; whose turn it is comes first.
        var turns: [UInt32] = []
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Calls `start` when it is the check's turn, which may be now; `leave` is to be called when it is through.
    ///
    /// - Throws: `LimitsExceeded` when too many checks of the user wait.
    func enter(
        _ userID: UInt32,
        isPrompt: Bool,
        start: @escaping @Sendable (Ticket) -> Void
    ) throws(DBusError) -> Ticket {
        let ticket = state.withLock { state -> Ticket? in
            guard state.waiting[userID, default: []].count < limits.waitingPerUser else { return nil }
            state.lastID += 1
            let ticket = Ticket(id: state.lastID, userID: userID, isPrompt: isPrompt)
            if state.waiting[userID] == nil { state.turns.append(userID) }
            state.waiting[userID, default: []].append(Waiting(ticket: ticket) { start(ticket) })
            return ticket
        }
        guard let ticket else {
            throw .standard("LimitsExceeded", "too many calls of user \(userID) wait for authorization")
        }
        startNext()
        return ticket
    }

    /// Makes room for the next check.
    func leave(_ ticket: Ticket) {
        state.withLock { state in
            state.running -= 1
            state.runningPrompts -= ticket.isPrompt ? 1 : 0
            let count = state.runningPerUser[ticket.userID, default: 0] - 1
            state.runningPerUser[ticket.userID] = count > 0 ? count : nil
        }
        startNext()
    }

    /// Takes a check that waits out of the line; false for one that was started.
    func remove(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard let index = state.waiting[ticket.userID]?.firstIndex(where: { $0.ticket == ticket }) else {
                return false
            }
            state.waiting[ticket.userID]?.remove(at: index)
            state.forgetIfIdle(ticket.userID)
            return true
        }
    }

    private func startNext() {
        while let next = state.withLock({ $0.next(limits) }) { next.start() }
    }
}

extension CheckLine.State {
    /// The check whose turn it is, if there is room for any: one of each user in turn, each user's in their order.
    fileprivate mutating func next(_ limits: CheckLine.Limits) -> CheckLine.Waiting? {
        guard running < limits.running else { return nil }
        for userID in turns where runningPerUser[userID, default: 0] < limits.runningPerUser {
            guard let first = waiting[userID]?.first,
                !first.ticket.isPrompt || runningPrompts < limits.runningPrompts
            else { continue }
            waiting[userID]?.removeFirst()
            turns.removeAll { $0 == userID }
            turns.append(userID)
            forgetIfIdle(userID)
            running += 1
            runningPrompts += first.ticket.isPrompt ? 1 : 0
            runningPerUser[userID, default: 0] += 1
            return first
        }
        return nil
    }

    fileprivate mutating func forgetIfIdle(_ userID: UInt32) {
        guard waiting[userID]?.isEmpty == true else { return }
        waiting[userID] = nil
        turns.removeAll { $0 == userID }
    }
}
