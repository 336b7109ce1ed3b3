import DBus
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ObjectTreeTests {
    private let add = Method(
        "Add",
        in: [Argument("a", .exactly("u")), Argument("b", .anyInteger)],
        out: [Argument("sum", .exactly("u"))]
    ) { call in
        let numbers = call.arguments.compactMap { $0.integer(as: UInt32.self) }
        return [.uint32(numbers.reduce(0, &+))]
    }

    @Test func `a method is called with its arguments`() async throws {
        try await TestObject.serve([add]) { _, _, client in
            let sum = try await client.callTest("Add", [.uint32(2), .uint64(3)])
            #expect(sum.first?.integer(as: UInt32.self) == 5)
        }
    }

    @Test func `what does not exist is answered by what was wrong`() async throws {
        try await TestObject.serve([add]) { _, _, client in
            func error(_ path: String, _ interface: String, _ member: String, _ arguments: [Value]) async -> String? {
                await #expect(throws: DBusError.self) {
                    try await client.call(TestObject.name, path, interface, member, arguments)
                }?.name.split(separator: ".").last.map(String.init)
            }
            #expect(await error("/elsewhere", TestObject.name, "Add", []) == "UnknownObject")
            #expect(await error(TestObject.path, "tech.noreya.Other1", "Add", []) == "UnknownInterface")
            #expect(await error(TestObject.path, TestObject.name, "Subtract", []) == "UnknownMethod")
            #expect(await error(TestObject.path, TestObject.name, "Add", [.uint32(1)]) == "InvalidArgs")
            #expect(await error(TestObject.path, TestObject.name, "Add", [.uint32(1), .string("2")]) == "InvalidArgs")
            #expect(await error("/tech", TestObject.name, "Add", []) == "UnknownInterface")
        }
    }
}
