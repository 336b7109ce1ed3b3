import DBus
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct ConnectionCallsTests {
    private let hang = Method("Hang", in: [], out: []) { _ in
        try? await Task.sleep(for: .seconds(60))
        return []
    }

    @Test func `a call that is not answered times out`() async throws {
        try await TestObject.serve([hang]) { _, _, client in
            let start = ContinuousClock.now
            let error = await #expect(throws: DBusError.self) {
                try await client.callTest("Hang", timeout: .milliseconds(100))
            }
            #expect(error?.isStandard("NoReply") == true)
            #expect(start.duration(to: .now) < .seconds(20))
        }
    }

    @Test func `a cancelled task gives up waiting, and later calls work`() async throws {
        try await TestObject.serve([hang, TestObject.echo("s")]) { _, _, client in
            let call = Task { try await client.callTest("Hang", timeout: nil) }
            try await Task.sleep(for: .milliseconds(20))
            call.cancel()
            let error = await #expect(throws: DBusError.self) { try await call.value }
            #expect(error == .cancelled)
            #expect(try await client.callTest("Echo", [.string("x")]).first?.string == "x")
        }
    }

    @Test func `the handler's error is the caller's`() async throws {
        let fail = Method("Fail", in: [], out: []) { _ throws(DBusError) in
            throw DBusError(name: "tech.noreya.Error.NoSpace", message: "the disk is full")
        }
        let malformed = Method("Malformed", in: [], out: []) { _ throws(DBusError) in
            throw DBusError(name: "no name", message: "a\0b")
        }
        let wrong = Method("Wrong", in: [], out: [Argument("x", .exactly("u"))]) { _ in [.string("x")] }
        let unsendable = Method("Unsendable", in: [], out: [Argument("x", .exactly("o"))]) { _ in [.objectPath("x")] }
        try await TestObject.serve([fail, malformed, wrong, unsendable]) { _, _, client in
            func error(_ member: String) async -> DBusError? {
                await #expect(throws: DBusError.self) { try await client.callTest(member) }
            }
            #expect(await error("Fail") == DBusError(name: "tech.noreya.Error.NoSpace", message: "the disk is full"))
            #expect(await error("Malformed") == .standard("Failed", "ab"))
            #expect(await error("Wrong")?.isStandard("Failed") == true)
            #expect(await error("Unsendable")?.isStandard("InvalidArgs") == true)
        }
    }

    @Test func `a reply of 8 MB arrives whole`() async throws {
        let text = String(repeating: "0123456789abcdef", count: 8 << 16)
        let large = Method("Large", in: [], out: [Argument("text", .exactly("s"))]) { _ in [.string(text)] }
        try await TestObject.serve([large]) { _, _, client in
            async let first = client.callTest("Large").first?.string == text
            async let second = client.callTest("Large").first?.string == text
            let areWhole = try await [first, second]
            #expect(areWhole == [true, true])
        }
    }

    @Test func `a list of many dictionaries arrives whole`() async throws {
        let count = 20_000
        let list = Method("List", in: [], out: [Argument("list", .exactly("aa{sv}"))]) { _ in
            let entries = (0..<count).map { Value.properties(["id": .uint32(UInt32($0)), "path": .string("/a/b/c")]) }
            return [.array(of: "a{sv}", entries)]
        }
        try await TestObject.serve([list]) { _, _, client in
            let entries = try await client.callTest("List").first?.elements ?? []
            #expect(entries.count == count)
            #expect(entries.last?.propertyEntries?["id"]?.integer() == count - 1)
        }
    }

    @Test func `500 calls at a time are each answered by their own reply`() async throws {
        let slow = Method("Slow", in: [Argument("n", .exactly("u"))], out: [Argument("n", .exactly("u"))]) { call in
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0...50)))
            return call.arguments
        }
        let options = PrivateBusOptions(limits: ["max_replies_per_connection": 1000])
        try await TestObject.serve([slow], options: options) { _, _, client in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in UInt32(0)..<500 {
                    group.addTask {
                        try await client.callTest("Slow", [.uint32(number)]).first?.integer() == number
                    }
                }
                var count = 0
                for try await isRight in group where isRight { count += 1 }
                #expect(count == 500)
            }
        }
    }

    @Test func `handlers run at the same time`() async throws {
        try await TestObject.serve([hang, TestObject.echo("u")]) { _, _, client in
            let calls = (0..<100).map { _ in Task { try await client.callTest("Hang") } }
            let start = ContinuousClock.now
            let reply = try await client.callTest("Echo", [.uint32(1)])
            #expect(reply.first?.integer() == 1)
            #expect(start.duration(to: .now) < .seconds(20))
            calls.forEach { $0.cancel() }
        }
    }

    @Test func `more calls than one caller may have running are refused`() async throws {
        let options = PrivateBusOptions(limits: ["max_replies_per_connection": 1000])
        try await TestObject.serve([hang], options: options) { bus, _, client in
            let results = await withTaskGroup(of: DBusError?.self) { group in
                for _ in 0..<600 {
                    group.addTask {
                        do throws(DBusError) {
                            _ = try await client.callTest("Hang", timeout: .seconds(2))
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.filter { $0?.isStandard("LimitsExceeded") == true }.count == 600 - 512)
        }
    }

    @Test func `arguments that take too much memory are refused`() async throws {
        let take = Method("Take", in: [Argument("options", .options(secrets: []))], out: []) { _ in [] }
        try await TestObject.serve([take]) { _, _, client in
            let numbers = Value.array(of: "u", Array(repeating: .uint32(1), count: 1 << 20))
            let error = await #expect(throws: DBusError.self) {
                try await client.callTest("Take", [.properties(["x": numbers])])
            }
            #expect(error?.isStandard("LimitsExceeded") == true)
            let text = Value.string(String(repeating: "x", count: 1 << 20))
            let reply = try await client.callTest("Take", [.properties(["x": text])])
            #expect(reply.isEmpty)
        }
    }

    @Test func `names that are malformed are errors`() async throws {
        try await withPrivateBus { bus in
            let client = try await bus.connect()
            for (name, path, interface, member) in [
                ("no name", "/", "a.b", "C"), ("a.b", "x", "a.b", "C"), ("a.b", "/", "ab", "C"),
                ("a.b", "/", "a.b", "C.D"),
                ("a.b", "/", "a.b", "C\0"), ("", "", "", ""),
            ] {
                let error = await #expect(throws: DBusError.self) {
                    try await client.call(name, path, interface, member)
                }
                #expect(error?.isStandard("InvalidArgs") == true)
            }
        }
    }

    @Test func `a call says whether it may interact and who called`() async throws {
        let tell = Method("Tell", in: [], out: [Argument("x", .exactly("sb"))]) { call in
            [.string(call.sender), .bool(call.allowsInteraction)]
        }
        try await TestObject.serve([tell]) { _, _, client in
            let plain = try await client.callTest("Tell")
            #expect(plain.first?.string == client.uniqueName && plain.last?.bool == false)
            let reply = try await client.call(
                TestObject.name,
                TestObject.path,
                TestObject.name,
                "Tell",
                allowsInteraction: true
            )
            #expect(reply.last?.bool == true)
        }
    }
}
