import DBus
import Linux
import TestSupport

/// The object that the tests call.
enum TestObject {
    static let name = "tech.noreya.Test1"
    static let path = "/tech/noreya/Test1"

    /// Runs `body` with a connection that serves `interfaces` under the test's name, and one that calls it.
    static func serve<Outcome: Sendable>(
        _ methods: [Method],
        properties: [String: Value] = [:],
        options: PrivateBusOptions = PrivateBusOptions(),
        _ body: (_ bus: PrivateBus, _ service: Connection, _ client: Connection) async throws -> Outcome
    ) async throws -> Outcome {
        try await withPrivateBus(options) { bus in
            let service = try await bus.connect()
            let interface = ExportedInterface(
                name: name,
                methods: methods,
                properties: properties,
                introspection: "  <interface name=\"\(name)\"/>"
            )
            await service.export([interface], at: path)
            try await service.requestName(name)
            let client = try await bus.connect()
            let outcome = try await body(bus, service, client)
            await client.close()
            await service.close()
            return outcome
        }
    }

    /// A method that returns a value of `signature` as it came.
    static func echo(_ signature: String) -> Method {
        Method("Echo", in: [Argument("value", .exactly(signature))], out: [Argument("value", .exactly(signature))]) {
            $0.arguments
        }
    }
}

extension Connection {
    /// Calls a method of the test's object.
    func callTest(
        _ member: String,
        _ arguments: [Value] = [],
        timeout: Duration? = .seconds(25)
    ) async throws(DBusError) -> [Value] {
        try await call(TestObject.name, TestObject.path, TestObject.name, member, arguments, timeout: timeout)
    }
}
