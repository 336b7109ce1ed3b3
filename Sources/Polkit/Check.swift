import DBus
import Synchronization

/// One question to polkit.
final class Check: Sendable {
    private static let destination = "org.freedesktop.PolicyKit1"
    private static let path = "/org/freedesktop/PolicyKit1/Authority"
    private static let interface = "org.freedesktop.PolicyKit1.Authority"
    private static let count = Atomic<UInt64>(0)

    private let action: String
    private let busName: String
    private let allowsInteraction: Bool
    /// By what polkit knows the check when it is told to cancel it.
    private let id = "check-\(count.add(1, ordering: .relaxed).newValue)"
    private let isAnswered = Atomic(false)

    init(action: String, busName: String, allowsInteraction: Bool) {
        self.action = action
        self.busName = busName
        self.allowsInteraction = allowsInteraction
    }

    /// Asks, for as long as it takes: as long as the bus counts the call, its place in line is taken.
    func decision(_ connection: Connection) async -> Result<Decision, DBusError> {
        let subject = Value.structure([
            .string("system-bus-name"), .properties(["name": .string(busName)]),
        ])
        let allowUserInteraction: UInt32 = 1
        defer { isAnswered.store(true, ordering: .relaxed) }
        do throws(DBusError) {
            let reply = try await connection.call(
                Self.destination,
                Self.path,
                Self.interface,
                "CheckAuthorization",
                [
                    subject, .string(action), .dictionary(key: "s", value: "s", []),
                    .uint32(allowsInteraction ? allowUserInteraction : 0), .string(id),
                ],
                timeout: nil
            )
            return .success(try Decision(reply))
        } catch {
            return error.meansNoPolkit ? .success(.unavailable) : .failure(error)
        }
    }

    /// Tells polkit that the answer is not wanted any more; again while none comes, in case the question was on its way.
    func cancel(_ connection: Connection) async {
        for delay in [50, 200, 1000] {
            guard !isAnswered.load(ordering: .relaxed) else { return }
            do throws(DBusError) {
                try await connection.callWithoutReply(
                    Self.destination,
                    Self.path,
                    Self.interface,
                    "CancelCheckAuthorization",
                    [.string(id)]
                )
            } catch {
                return
            }
            try? await Task.sleep(for: .milliseconds(delay))
        }
    }
}

extension Decision {
    /// Reads the structure `(bba{ss})`.
    fileprivate init(_ reply: [Value]) throws(DBusError) {
        guard case .structure(let fields)? = reply.first, fields.count == 3,
            let isAuthorized = fields[0].bool, let isChallenge = fields[1].bool,
            case .dictionary(_, _, let details) = fields[2]
        else { throw .standard("InvalidArgs", "polkit's answer is not of the type '(bba{ss})'") }
        let isDismissed = details.contains { $0.key.string == "polkit.dismissed" && $0.value.string != "" }
        self =
            if isAuthorized { .granted } else if isDismissed { .dismissed } else if isChallenge { .challenge } else {
                .denied
            }
    }
}

extension DBusError {
    /// Whether the error says that nobody owns polkit's name and nobody can be started to do so.
    ///
    /// `NameHasNoOwner` is not among them: it is what polkit itself says of a caller that has gone.
    fileprivate var meansNoPolkit: Bool {
        isStandard("ServiceUnknown") || name.hasPrefix(Self.standardPrefix + "Spawn.")
    }
}
