import DBus
import Linux
import Synchronization
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct PasswordTests {
    /// A method that takes a password and notes whether it is `reversed` backwards, and can be found in memory.
    private func take(_ reversed: String, _ wasRight: Flag) -> Method {
        let arguments = [Argument("id", .anyInteger), Argument("password", .secret)]
        return Method("Take", in: arguments, out: []) { call in
            guard case .secret(let secret)? = call.arguments.last else { return [] }
            let isRight = secret.withBytes { $0.elementsEqual(reversed.utf8.reversed()) }
            let isFound = MemorySearch(reversed: reversed).count() > 0
            wasRight.value.withLock { $0 = isRight && isFound }
            return []
        }
    }

    /// Waits until so many copies are left: what is with libdbus goes with the next turn of the connection.
    private func untilForgotten(_ reversed: String, except copies: Int = 0) async throws -> Bool {
        for _ in 0..<100 {
            if MemorySearch(reversed: reversed).count() == copies { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    private func randomText(_ length: Int) -> String {
        String((0..<length).map { _ in "abcdefghijkmnpqrstuvwxyz".randomElement() ?? "x" })
    }

    @Test(arguments: [40, 200, 1000])
    func `a password that was received leaves no copy behind`(length: Int) async throws {
        let reversed = randomText(length)
        let wasRight = Flag()
        try await TestObject.serve([take(reversed, wasRight)]) { bus, _, _ in
            let script = """
                import dbus, sys
                bus = dbus.bus.BusConnection(sys.argv[1])
                bus.get_object("\(TestObject.name)", "\(TestObject.path)").Take(
                    dbus.UInt32(1), sys.argv[2][::-1], dbus_interface="\(TestObject.name)")
                """
            let result = try await bus.run(["/usr/bin/python3", "-c", script, bus.address.text, reversed])
            #expect(result.status == 0, "\(result.errors)")
            #expect(wasRight.value.withLock { $0 })
            #expect(try await untilForgotten(reversed))
        }
    }

    @Test func `a password that was sent leaves no copy behind`() async throws {
        let reversed = randomText(40)
        let wasRight = Flag()
        try await TestObject.serve([take(reversed, wasRight)]) { _, _, client in
            var bytes = Array(reversed.utf8.reversed())
            _ = try await client.callTest("Take", [.uint32(1), .secret(Secret(wiping: &bytes))])
            #expect(wasRight.value.withLock { $0 })
            #expect(try await untilForgotten(reversed))
        }
    }

    @Test func `a password in a call that is refused leaves no copy behind`() async throws {
        let reversed = randomText(40)
        let wasRight = Flag()
        try await TestObject.serve([take(reversed, wasRight)]) { _, _, client in
            var bytes = Array(reversed.utf8.reversed())
            let secret = Secret(wiping: &bytes)
            await #expect(throws: DBusError.self) { try await client.callTest("Take", [.secret(secret), .uint32(1)]) }
            #expect(!wasRight.value.withLock { $0 })
            let isForgotten = try await untilForgotten(reversed, except: 1)
            #expect(isForgotten)
            withExtendedLifetime(secret) {}
        }
    }
}

private final class Flag: Sendable {
    let value = Mutex(false)
}
