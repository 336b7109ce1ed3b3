import DBus
import TestSupport
import Testing

@Suite(.needsRoot, .timeLimit(.minutes(5)))
struct StandardInterfacesTests {
    private let standard = "org.freedesktop.DBus."

    @Test func `the introspection is the interfaces' and the parents list their children`() async throws {
        try await TestObject.serve([]) { _, service, client in
            await service.export([], at: "/tech/noreya/Other1")
            let document = try await self.document(TestObject.path, client)
            #expect(document.hasPrefix("<!DOCTYPE node PUBLIC"))
            for interface in [TestObject.name] + ["Introspectable", "Properties", "Peer"].map({ standard + $0 }) {
                #expect(document.contains("<interface name=\"\(interface)\""))
            }
            #expect(!document.contains("<node name"))
            #expect(try await self.document("/", client).contains("<node name=\"tech\"/>"))
            #expect(try await self.document("/tech", client).contains("<node name=\"noreya\"/>"))
            let parent = try await self.document("/tech/noreya", client)
            #expect(parent.contains("<node name=\"Other1\"/>\n  <node name=\"Test1\"/>"))
        }
    }

    private func document(_ path: String, _ client: Connection) async throws -> String {
        let reply = try await client.call(TestObject.name, path, standard + "Introspectable", "Introspect")
        return reply.first?.string ?? ""
    }

    @Test func `properties can be read and not set`() async throws {
        try await TestObject.serve([], properties: ["Version": .string("1.0"), "Count": .uint32(2)]) { _, _, client in
            func call(_ member: String, _ arguments: Value...) async throws -> [Value] {
                try await client.call(
                    TestObject.name,
                    TestObject.path,
                    standard + "Properties",
                    member,
                    arguments
                )
            }
            let name = Value.string(TestObject.name)
            guard case .variant(let version)? = try await call("Get", name, .string("Version")).first else {
                Issue.record("Get returned no variant")
                return
            }
            #expect(version.string == "1.0")
            let all = try await call("GetAll", name).first?.propertyEntries
            #expect(all?["Version"]?.string == "1.0" && all?["Count"]?.integer() == 2 && all?.count == 2)
            for (member, arguments, expected) in [
                ("Get", [name, .string("Nothing")], "UnknownProperty"),
                ("Get", [.string("a.b"), .string("Version")], "UnknownInterface"),
                ("Set", [name, .string("Version"), .variant(.string("2"))], "PropertyReadOnly"),
                ("Set", [name, .string("Nothing"), .variant(.string("2"))], "UnknownProperty"),
                ("Set", [name], "InvalidArgs"),
            ] as [(String, [Value], String)] {
                let error = await #expect(throws: DBusError.self) {
                    try await client.call(
                        TestObject.name,
                        TestObject.path,
                        standard + "Properties",
                        member,
                        arguments
                    )
                }
                #expect(error?.isStandard(expected) == true)
            }
        }
    }

    @Test(arguments: ["/", TestObject.path, "/no/such/object"])
    func `every path answers to Peer`(path: String) async throws {
        try await TestObject.serve([]) { _, _, client in
            #expect(try await client.call(TestObject.name, path, standard + "Peer", "Ping").isEmpty)
            let id = try await client.call(TestObject.name, path, standard + "Peer", "GetMachineId").first?.string
            #expect(id?.count == 32)
        }
    }

    @Test func `stock clients understand the object`() async throws {
        try await TestObject.serve([TestObject.echo("u")]) { bus, _, _ in
            let send = ["dbus-send", "--system", "--print-reply", "--dest=\(TestObject.name)", TestObject.path]
            let echo = try await bus.run(send + ["\(TestObject.name).Echo", "uint32:42"])
            #expect(echo.status == 0 && echo.output.split(whereSeparator: \.isWhitespace).last == "42")
            let wrong = try await bus.run(send + ["\(TestObject.name).Echo", "string:42"], as: "daemon")
            #expect(wrong.status == 1 && wrong.errors.contains("Echo takes 'u', not 's'"))
        }
    }
}
