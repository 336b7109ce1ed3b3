import DBus
import Glibc
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ValueTests {
    static let values: [Value] = [
        .byte(255),
        .bool(true),
        .bool(false),
        .int16(.min),
        .uint16(.max),
        .int32(.min),
        .uint32(.max),
        .int64(.min),
        .uint64(.max),
        .double(-0.1),
        .string(""),
        .string("Größe \u{1F4BE}"),
        .objectPath("/"),
        .objectPath("/tech/noreya"),
        .signature(""),
        .signature("a{sv}(ii)"),
        .bytes([]),
        .bytes(0...255),
        .array(of: "s", []),
        .array(of: "s", [.string("a"), .string("")]),
        .array(of: "t", []),
        .array(of: "a{sv}", []),
        .array(of: "a{sv}", [.properties(["id": .uint32(1)]), .properties([:])]),
        .array(of: "(yv)", [.structure([.byte(1), .variant(.string("x"))])]),
        .array(of: "ay", [.bytes([1]), .bytes([])]),
        .dictionary(key: "u", value: "as", [(.uint32(1), .array(of: "s", [.string("x")]))]),
        .dictionary(key: "s", value: "(xd)", []),
        .structure([.byte(1), .uint64(2), .structure([.string("x")])]),
        .variant(.variant(.variant(.array(of: "v", [.variant(.byte(1)), .variant(.string("x"))])))),
        nested(depth: 63),
    ]

    @Test(arguments: values)
    func `a value comes back as it went`(value: Value) async throws {
        try await TestObject.serve([TestObject.echo(value.signature)]) { _, _, client in
            let reply = try await client.callTest("Echo", [value])
            #expect("\(reply)" == "\([value])")
        }
    }

    static let malformed: [Value] = [
        .string("a\0b"),
        .secret(Secret("a\0b")),
        .objectPath(""),
        .objectPath("relative"),
        .objectPath("/a//b"),
        .objectPath("/a\0"),
        .signature("a"),
        .signature("s\0"),
        .structure([]),
        .array(of: "", []),
        .array(of: "ss", []),
        .array(of: "s", [.uint32(1)]),
        .array(of: "s\0", []),
        .array(of: "(", []),
        .dictionary(key: "v", value: "s", []),
        .dictionary(key: "s", value: "v", [(.string("x"), .string("y"))]),
        .variant(.structure([])),
        .variant(.variant(.objectPath("x"))),
        nested(depth: 65),
        .array(of: String(repeating: "a", count: 40) + "s", []),
        .string(String(repeating: "x", count: 33 << 20)),
    ]

    @Test func `a malformed value is an error, and the connection stays`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            for value in Self.malformed {
                await #expect(throws: DBusError.self) {
                    try await connection.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId", [value])
                }
                await #expect(throws: DBusError.self, "\(String("\(value)".prefix(80)))") {
                    try await connection.emit(path: "/", interface: "a.b", member: "C", [value])
                }
            }
            #expect(try await connection.userID(of: connection.uniqueName) == getuid())
        }
    }

    @Test func `bytes that are not UTF-8 cannot be sent as a string`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            var bytes: [UInt8] = [0xFF, 0xFE]
            let secret = Value.secret(Secret(wiping: &bytes))
            await #expect(throws: DBusError.self) {
                try await connection.emit(path: "/", interface: "a.b", member: "C", [secret])
            }
        }
    }

    @Test func `a file descriptor arrives as another one for the same file, closed on exec`() async throws {
        try await TestObject.serve([TestObject.echo("h")]) { _, _, client in
            let file = SharedDescriptor(try Descriptor.open("/etc/passwd", .readOnly))
            guard case .fileDescriptor(let copy)? = try await client.callTest("Echo", [.fileDescriptor(file)]).first
            else {
                Issue.record("no file descriptor came back")
                return
            }
            #expect(copy.file != file.file)
            #expect(fcntl(copy.file.rawValue, F_GETFD) & FD_CLOEXEC != 0)
            var status = (stat(), stat())
            #expect(fstat(file.file.rawValue, &status.0) == 0 && fstat(copy.file.rawValue, &status.1) == 0)
            #expect(status.0.st_ino == status.1.st_ino)
        }
    }

    @Test func `more file descriptors than the bus takes are an error`() async throws {
        try await TestObject.serve([TestObject.echo("ah")]) { _, _, client in
            let file = Value.fileDescriptor(SharedDescriptor(try Descriptor.open("/dev/null", .readOnly)))
            let many = Value.array(of: "h", Array(repeating: file, count: 17))
            let error = await #expect(throws: DBusError.self) { try await client.callTest("Echo", [many]) }
            #expect(error?.isStandard("LimitsExceeded") == true)
            let few = Value.array(of: "h", Array(repeating: file, count: 16))
            #expect(try await client.callTest("Echo", [few]).first?.elements?.count == 16)
        }
    }

    @Test func `file descriptors do not leak`() async throws {
        let ignore = Method("Ignore", in: [Argument("file", .exactly("h"))], out: []) { _ in [] }
        try await TestObject.serve([ignore]) { _, _, client in
            let file = Value.fileDescriptor(SharedDescriptor(try Descriptor.open("/dev/null", .readOnly)))
            let limit = 400
            for _ in 0..<limit { _ = try await client.callTest("Ignore", [file]) }
            // Refused for their signature, with the descriptors still inside.
            for _ in 0..<limit { _ = try? await client.callTest("Ignore", [file, file]) }
            let highest = try Descriptor.open("/dev/null", .readOnly)
            #expect(highest.file.rawValue < limit)
        }
    }

    private static func nested(depth: Int) -> Value {
        (0..<depth).reduce(.byte(7)) { value, _ in .variant(value) }
    }
}
