import BackupModel
import DBus
import Glibc
import Logging
import Polkit

/// Decides whether a caller may do what a method does.
///
/// Root may do everything. Everybody else is asked about at polkit, each call anew, by the name of the caller's connection:
/// a process id can change hands between the question and the answer, a unique bus name cannot. Where the bus has no
/// polkit only the user the service itself runs as is let in, which on the system bus is root.
struct Authorizer: Sendable {
    let connection: Connection
    let authority: Authority
    let logger: Logger
    private let ownUserID = geteuid()

    init(connection: Connection, logger: Logger) {
        self.connection = connection
        self.authority = Authority(connection: connection)
        self.logger = logger
    }

    /// Returns when the sender of `call` may do `action`.
    /// - Throws: `BackupError` with `accessDenied` or `interactiveAuthorizationRequired`, or what the bus reported.
    func authorize(_ call: MethodCall, action: String) async throws -> Caller {
        let caller = try await identify(call)
        guard caller.userID != 0 else { return caller }
        switch try await decide(call, caller: caller, action: action) {
        case .granted:
            // The answer is about whoever held the name when polkit looked; nobody is served who has left since.
            return try await identify(call)
        case .unavailable where caller.userID == ownUserID:
            return caller
        case .unavailable:
            logger.warning("polkit is not on the bus, so only root is let in.", metadata: ["action": "\(action)"])
            throw refusal(action, "because polkit, which would have to allow it, is not running on this machine")
        case .challenge where call.allowsInteraction:
            throw BackupError(
                .interactiveAuthorizationRequired,
                "\(action) needs an administrator's password, and there is no program to ask for it; start pkttyagent at a "
                    + "terminal, or ask the administrator to grant the action."
            )
        case .challenge:
            throw refusal(
                action,
                "because polkit does not grant this user that action, and the call does not allow to ask for an "
                    + "administrator's password"
            )
        case .denied, .dismissed:
            throw refusal(action, "because polkit does not grant this user that action")
        }
    }

    private func identify(_ call: MethodCall) async throws -> Caller {
        do {
            return Caller(busName: call.sender, userID: try await connection.userID(of: call.sender))
        } catch {
            throw BackupError(
                .accessDenied,
                "The caller \(call.sender) left the bus before it was served.",
                cause: error
            )
        }
    }

    /// Asks polkit, and stops asking when the caller leaves.
    private func decide(_ call: MethodCall, caller: Caller, action: String) async throws -> Decision {
        let connection = connection
        return try await withThrowingTaskGroup(of: Decision?.self) { group in
            group.addTask {
                try await connection.untilNameVanishes(caller.busName)
                return nil
            }
            group.addTask { try await ask(call, caller: caller, action: action) }
            defer { group.cancelAll() }
            guard let decision = try await group.next() ?? nil else {
                throw BackupError(.accessDenied, "The caller \(caller.busName) left the bus before it was served.")
            }
            return decision
        }
    }

    private func ask(_ call: MethodCall, caller: Caller, action: String) async throws -> Decision {
        do {
            return try await authority.check(
                action,
                busName: caller.busName,
                userID: caller.userID,
                allowsInteraction: call.allowsInteraction
            )
        } catch {
            if error.isStandard("LimitsExceeded") {
                throw BackupError(
                    .limitsExceeded,
                    "Too many calls of this user wait for polkit's answer; wait for some of them to end.",
                    cause: error
                )
            }
            throw BackupError(
                .accessDenied,
                "\(action) is refused because polkit could not be asked about it; the service's log tells why.",
                cause: error
            )
        }
    }

    private func refusal(_ action: String, _ reason: String) -> BackupError {
        BackupError(.accessDenied, "\(action) is refused \(reason); ask the administrator to grant it.")
    }
}
