import DBus
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConnectionSignalsTests {
    private let path = "/tech/noreya/Test1"
    private let interface = "tech.noreya.Test1"

    @Test func `signals that match arrive in their order`() async throws {
        try await withPrivateBus { bus in
            let emitter = try await bus.connect()
            let listener = try await bus.connect()
            let signals = try await listener.signals(
                sender: emitter.uniqueName,
                interface: interface,
                member: "Progress",
                path: path
            )
            try await emitter.emit(path: path, interface: interface, member: "Other", [])
            try await emitter.emit(path: "/elsewhere", interface: interface, member: "Progress", [])
            for number in UInt32(0)..<100 {
                try await emitter.emit(path: path, interface: interface, member: "Progress", [.uint32(number)])
            }
            let received = await signals.prefix(100).reduce(into: []) { $0.append($1.arguments.first?.integer() ?? -1) }
            #expect(received == Array(0..<100))
        }
    }

    @Test func `of a well-known name only its present owner is heard`() async throws {
        try await withPrivateBus { bus in
            let owner = try await bus.connect()
            let impostor = try await bus.connect()
            let listener = try await bus.connect()
            let signals = try await listener.signals(
                sender: interface,
                interface: interface,
                member: nil,
                path: nil
            )
            // The bus would not filter what is sent to the listener directly.
            _ = try await listener.signals(sender: nil, interface: interface, member: nil, path: nil)
            try await owner.emit(path: path, interface: interface, member: "Early", [])
            try await owner.requestName(interface)
            try await impostor.emit(path: path, interface: interface, member: "Forged", [])
            // The bus handles what the emitter sends in its order, but not in that of two emitters.
            _ = try await impostor.userID(of: impostor.uniqueName)
            try await owner.emit(path: path, interface: interface, member: "Real", [])
            await owner.close()
            try await impostor.untilNameVanishes(interface)
            try await impostor.requestName(interface)
            try await impostor.emit(path: path, interface: interface, member: "Successor", [])
            let received = await signals.prefix(2).reduce(into: []) { $0.append($1.member) }
            #expect(received == ["Real", "Successor"])
        }
    }

    @Test func `a stream ends when the connection closes`() async throws {
        try await withPrivateBus { bus in
            let listener = try await bus.connect()
            let signals = try await listener.signals(sender: nil, interface: interface, member: nil, path: nil)
            try bus.kill()
            #expect(await signals.reduce(0) { count, _ in count + 1 } == 0)
        }
    }

    @Test func `the rule of a stream that nobody reads any more is removed`() async throws {
        let options = PrivateBusOptions(limits: ["max_match_rules_per_connection": 8])
        try await withPrivateBus(options) { bus in
            let listener = try await bus.connect()
            for _ in 0..<40 {
                let signals = try await listener.signals(
                    sender: "a.b",
                    interface: interface,
                    member: nil,
                    path: nil
                )
                let reader = Task { await signals.reduce(0) { count, _ in count + 1 } }
                reader.cancel()
                _ = await reader.value
            }
        }
    }

    @Test func `a malformed rule or signal is an error`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            await #expect(throws: DBusError.self) {
                try await connection.signals(sender: "x'y", interface: interface, member: nil, path: nil)
            }
            await #expect(throws: DBusError.self) {
                try await connection.signals(sender: nil, interface: interface, member: nil, path: "nowhere")
            }
            await #expect(throws: DBusError.self) {
                try await connection.emit(path: "nowhere", interface: interface, member: "X", [])
            }
        }
    }
}
