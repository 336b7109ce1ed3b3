import DBus
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot, .timeLimit(.minutes(5)))
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

    @Test func `handlers are cancelled when the bus goes`() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Bool.self)
        let hang = Method("Hang", in: [], out: []) { _ in
            start.yield()
            try? await Task.sleep(for: .seconds(60))
            end.yield(Task.isCancelled)
            return []
        }
        try await TestObject.serve([hang]) { bus, _, client in
            let call = Task { try await client.callTest("Hang") }
            _ = await started.first { _ in true }
            try bus.kill()
            let wasCancelled = await ended.first { _ in true }
            #expect(wasCancelled == true)
            await #expect(throws: DBusError.self) { try await call.value }
        }
    }

    @Test func `what was sent before closing arrives`() async throws {
        try await withPrivateBus { bus in
            let sender = try await bus.connect()
            let listener = try await bus.connect()
            let signals = try await listener.signals(sender: nil, interface: "a.b", member: nil, path: nil)
            let text = Value.string(String(repeating: "x", count: 4 << 20))
            try await sender.emit(path: "/", interface: "a.b", member: "Large", [text])
            try await sender.emit(path: "/", interface: "a.b", member: "Last", [])
            await sender.close()
            let received = await signals.prefix(2).reduce(into: []) { $0.append($1.member) }
            #expect(received == ["Large", "Last"])
        }
    }

    @Test func `connections that are dropped are closed`() async throws {
        try await withPrivateBus { bus in
            let watcher = try await bus.connect()
            for _ in 0..<50 {
                let name = try await bus.connect().uniqueName
                try await watcher.untilNameVanishes(name)
            }
            let file = try Descriptor.open("/dev/null", .readOnly)
            #expect(file.file.rawValue < 150)
        }
    }
}
