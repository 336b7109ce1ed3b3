import DBus
import TestSupport
import Testing

@testable import Polkit

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct AuthorityTests {
    @Test func `polkit decides by the user, the action and what may be asked`() async throws {
        try await withPrivateBus(TestPolicy.options) { bus in
            let authority = Authority(connection: try await bus.connect())
            try await bus.withCaller(as: "backup") { name, _ in
                let granted = try await authority.check(
                    TestPolicy.action,
                    busName: name,
                    userID: 34,
                    allowsInteraction: false
                )
                #expect(granted == .granted)
                let challenge = try await authority.check(
                    TestPolicy.actionWithPassword,
                    busName: name,
                    userID: 34,
                    allowsInteraction: false
                )
                #expect(challenge == .challenge)
            }
            try await bus.withCaller(as: "daemon") { name, _ in
                let denied = try await authority.check(
                    TestPolicy.action,
                    busName: name,
                    userID: 1,
                    allowsInteraction: true
                )
                #expect(denied == .denied)
            }
        }
    }

    @Test func `an unknown action and a caller that is gone are errors`() async throws {
        try await withPrivateBus(TestPolicy.options) { bus in
            let authority = Authority(connection: try await bus.connect())
            let name = try await bus.withCaller(as: "backup") { name, _ in
                let error = await #expect(throws: DBusError.self) {
                    try await authority.check(
                        "tech.noreya.unknown",
                        busName: name,
                        userID: 34,
                        allowsInteraction: false
                    )
                }
                #expect(error?.name == "org.freedesktop.PolicyKit1.Error.Failed")
                return name
            }
            await #expect(throws: DBusError.self) {
                try await authority.check(TestPolicy.action, busName: name, userID: 34, allowsInteraction: false)
            }
        }
    }

    @Test func `polkit can be asked on a bus with the policy of the system bus`() async throws {
        var options = TestPolicy.options
        options.policies = []
        try await withPrivateBus(options) { bus in
            let authority = Authority(connection: try await bus.connect())
            let decision = try await bus.withCaller(as: "daemon") { name, _ in
                try await authority.check(TestPolicy.action, busName: name, userID: 1, allowsInteraction: false)
            }
            #expect(decision == .denied)
        }
    }

    @Test func `without polkit on the bus it is unavailable`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            let decision = try await Authority(connection: connection).check(
                TestPolicy.action,
                busName: connection.uniqueName,
                userID: 0,
                allowsInteraction: false
            )
            #expect(decision == .unavailable)
        }
    }

    @Test func `a check that hangs ends when its task is cancelled`() async throws {
        try await withPrivateBus { bus in
            try await bus.withSilentAuthority { _ in
                let connection = try await bus.connect()
                let authority = Authority(connection: connection)
                let check = Task {
                    try await authority.check(
                        TestPolicy.action,
                        busName: connection.uniqueName,
                        userID: 1,
                        allowsInteraction: true
                    )
                }
                try await Task.sleep(for: .milliseconds(50))
                check.cancel()
                let error = await #expect(throws: DBusError.self) { try await check.value }
                #expect(error == .cancelled)
            }
        }
    }

    @Test func `a check in which nobody is asked times out`() async throws {
        try await withPrivateBus { bus in
            try await bus.withSilentAuthority { _ in
                let connection = try await bus.connect()
                let authority = Authority(connection: connection, timeout: .milliseconds(50))
                let error = await #expect(throws: DBusError.self) {
                    try await authority.check(
                        TestPolicy.action,
                        busName: connection.uniqueName,
                        userID: 1,
                        allowsInteraction: false
                    )
                }
                #expect(error?.isStandard("NoReply") == true)
            }
        }
    }

    @Test func `checks that were given up and are never answered do not use up what the bus allows`() async throws {
        try await withPrivateBus { bus in
            try await bus.withSilentAuthority { _ in
                let monitor = Screen("monitor", of: bus)
                try await bus.withCommand(["dbus-monitor", "--system"], log: monitor.log) { _ in
                    try await monitor.untilShows("member=NameAcquired")
                    let connection = try await bus.connect()
                    let authority = Authority(connection: connection)
                    func check(_ userID: UInt32, allowsInteraction: Bool) -> Task<Decision, any Error> {
                        Task {
                            try await authority.check(
                                TestPolicy.action,
                                busName: connection.uniqueName,
                                userID: userID,
                                allowsInteraction: allowsInteraction
                            )
                        }
                    }
                    let given = (0..<64).map { check($0 % 2, allowsInteraction: true) }
                    try await monitor.untilShows("member=CheckAuthorization", count: 64)
                    given.forEach { $0.cancel() }
                    try await monitor.untilShows("member=CancelCheckAuthorization", count: 64)
                    let other = check(3, allowsInteraction: false)
                    try await monitor.untilShows("member=CheckAuthorization", count: 65)
                    try await Task.sleep(for: .milliseconds(50))
                    other.cancel()
                    let error = await #expect(throws: DBusError.self) { try await other.value }
                    #expect(error == .cancelled)
                }
            }
        }
    }

    @Test func `checks that polkit never answers leave room for other users, and end with it`() async throws {
        try await withPrivateBus { bus in
            try await bus.withSilentAuthority { polkit in
                let monitor = Screen("monitor", of: bus)
                try await bus.withCommand(["dbus-monitor", "--system"], log: monitor.log) { _ in
                    try await monitor.untilShows("member=NameAcquired")
                    let connection = try await bus.connect()
                    let authority = Authority(connection: connection)
                    func check(_ userID: UInt32) -> Task<Decision, any Error> {
                        Task {
                            try await authority.check(
                                TestPolicy.action,
                                busName: connection.uniqueName,
                                userID: userID,
                                allowsInteraction: true
                            )
                        }
                    }
                    let checks = (0..<290).map { _ in check(1) }
                    try await monitor.untilShows("\"check-", count: 32)
                    let others = (0..<10).map { _ in check(2) }
                    try await monitor.untilShows("\"check-", count: 42)
                    try polkit.kill()
                    var refused = 0
                    for check in checks + others {
                        switch await check.result {
                        case .success(let decision): #expect(decision == .unavailable)
                        case .failure(let error as DBusError) where error.isStandard("LimitsExceeded"): refused += 1
                        case .failure(let error): #expect((error as? DBusError)?.isStandard("NoReply") == true)
                        }
                    }
                    // 32 were at polkit and 256 waited.
                    #expect(refused == 2)
                }
            }
        }
    }
}
