public import DBus
import Synchronization

/// polkit's authority on a bus, which knows who may do what; see `org.freedesktop.PolicyKit1.Authority`.
public struct Authority: Sendable {
    private let connection: Connection
    private let line: CheckLine
    /// How long a check may take in which nobody is asked for anything.
    private let timeout: Duration

    /// The authority on the bus of `connection`.
    public init(connection: Connection) {
        self.init(connection: connection, timeout: .seconds(25))
    }

    init(connection: Connection, timeout: Duration) {
        self.connection = connection
        self.timeout = timeout
        line = CheckLine()
    }

    /// Asks whether the connection `busName`, which belongs to the user `userID`, may do `action`.
    ///
    /// At most 96 checks are with polkit at once, at most 32 of them for one user; others wait in line, the users taking
    /// turns. With interaction a check takes as long as the person who is asked does, otherwise 25 seconds at most.
    /// When the task is cancelled, polkit is told so.
    /// - Throws: `LimitsExceeded` when more than 256 checks for the user wait; `NoReply` after the timeout;
    ///   `DBusError.cancelled`; what polkit replies for an action or a name it does not know. None of them is a grant.
    public func check(
        _ action: String,
        busName: String,
        userID: UInt32,
        allowsInteraction: Bool
    ) async throws(DBusError) -> Decision {
        guard !Task.isCancelled else { throw .cancelled }
        let check = Check(action: action, busName: busName, allowsInteraction: allowsInteraction)
        let settlement = Settlement<Result<Decision, DBusError>>()
        let ticket = try line.enter(userID, isPrompt: allowsInteraction) { ticket in
            Task {
                if !settlement.isSettled { settlement.settle(await check.decision(connection)) }
                line.leave(ticket)
            }
        }
        let giveUp = { @Sendable (error: DBusError) in
            guard settlement.settle(.failure(error)), !line.remove(ticket) else { return }
            Task { await check.cancel(connection) }
        }
        let timer = allowsInteraction ? nil : timer(giveUp)
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            await settlement.value()
        } onCancel: {
            giveUp(.cancelled)
        }.get()
    }

    private func timer(_ giveUp: @escaping @Sendable (DBusError) -> Void) -> Task<Void, any Error> {
        Task {
            try await Task.sleep(for: timeout)
            giveUp(.standard("NoReply", "polkit did not answer within \(timeout)"))
        }
    }
}
