import DBus
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test func `a connection gets a unique name and closes`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            #expect(connection.uniqueName.hasPrefix(":1."))
            async let closed: Void = connection.untilClosed()
            await connection.close()
            await closed
            await connection.close()
            let error = await #expect(throws: DBusError.self) { try await connection.userID(of: ":1.0") }
            #expect(error?.isStandard("Disconnected") == true)
        }
    }

    @Test(arguments: ["", "nonsense", "unix:path=/nowhere/at/all", "unknown:path=/x"])
    func `a bus that is not there is an error`(address: String) async {
        await #expect(throws: DBusError.self) { try await Connection.open(BusAddress(address)) }
    }

    @Test func `a name that another connection owns is refused`() async throws {
        try await withPrivateBus { bus in
            let first = try await bus.connect()
            let second = try await bus.connect()
            try await first.requestName("tech.noreya.Test1")
            try await first.requestName("tech.noreya.Test1")
            let error = await #expect(throws: DBusError.self) { try await second.requestName("tech.noreya.Test1") }
            #expect(error?.isStandard("AddressInUse") == true)
            #expect(try await second.userID(of: "tech.noreya.Test1") == 0)
        }
    }

    @Test func `a call that is in progress when the bus dies fails`() async throws {
        let hang = Method("Hang", in: [], out: []) { _ in
            try? await Task.sleep(for: .seconds(60))
            return []
        }
        try await TestObject.serve([hang]) { bus, service, client in
            let reply = Task { try await client.callTest("Hang") }
            try await Task.sleep(for: .milliseconds(20))
            try bus.kill()
            let error = await #expect(throws: DBusError.self) { try await reply.value }
            #expect(error?.isStandard("Disconnected") == true)
            await service.untilClosed()
        }
    }
}
