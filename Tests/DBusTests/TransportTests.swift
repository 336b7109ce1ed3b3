import CDBus
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import DBus

/// What no real bus does must do no harm either.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TransportTests {
    @Test func `replies to unknown calls are dropped, and errors may be bare`() async throws {
        try await FakeBus.run { bus in
            try bus.welcome()
            let call = try bus.receive()
            try bus.send(try Message.reply(to: 4711, of: ":1.1", [.string("stray")]))
            try bus.send(try Message.reply(to: 4712, of: ":1.1", DBusError.standard("Failed", "stray")))
            try bus.send(try Message.bareError(to: call.serial))
            // The caller may be gone by now.
            try? bus.send(try Message.reply(to: call.serial, of: ":1.1", [.string("late")]))
        } _: { address in
            let connection = try await Connection.open(address)
            let error = await #expect(throws: DBusError.self) {
                try await connection.call("a.b", "/", "a.b", "C", timeout: .seconds(5))
            }
            #expect(error == DBusError(name: "a.b.Bare", message: ""))
        }
    }

    @Test func `a reply to a call nobody waits for any more is dropped`() async throws {
        try await FakeBus.run { bus in
            try bus.welcome()
            let first = try bus.receive()
            let second = try bus.receive()
            try bus.send(try Message.reply(to: first.serial, of: ":1.1", [.string("first")]))
            try bus.send(try Message.reply(to: second.serial, of: ":1.1", [.string("second")]))
        } _: { address in
            let connection = try await Connection.open(address)
            await #expect(throws: DBusError.self) {
                try await connection.call("a.b", "/", "a.b", "C", timeout: .milliseconds(20))
            }
            let reply = try await connection.call("a.b", "/", "a.b", "C", timeout: .seconds(5))
            #expect(reply.first?.string == "second")
        }
    }

    @Test(arguments: [[], Array("this is no message at all, and it is long".utf8)] as [[UInt8]])
    func `a bus that breaks off or talks nonsense is gone`(bytes: [UInt8]) async throws {
        try await FakeBus.run { bus in
            try bus.welcome()
            _ = try bus.receive()
            try bus.write(bytes)
        } _: { address in
            let connection = try await Connection.open(address)
            let error = await #expect(throws: DBusError.self) {
                try await connection.call("a.b", "/", "a.b", "C", timeout: .seconds(5))
            }
            #expect(error?.isStandard("Disconnected") == true)
            await connection.untilClosed()
        }
    }

    @Test func `a bus that does not let anybody in is given up when the task is cancelled`() async throws {
        try await FakeBus.run { bus in
            _ = try bus.readLine()
            _ = try? bus.read(1000)
        } _: { address in
            let opening = Task { try await Connection.open(address) }
            try await Task.sleep(for: .milliseconds(100))
            opening.cancel()
            let error = await #expect(throws: DBusError.self) { try await opening.value }
            #expect(error == .cancelled)
        }
    }

    @Test func `what the bus does not take is refused at some point, and nothing that was accepted is lost`()
        async throws
    {
        let resume = DispatchSemaphore(value: 0)
        let received = Mutex(0)
        let accepted = try await FakeBus.run { bus in
            try bus.welcome()
            resume.wait()
            while try bus.receive().member == "Large" { received.withLock { $0 += 1 } }
        } _: { address in
            let connection = try await Connection.open(address)
            let text = Value.string(String(repeating: "x", count: 1 << 20))
            func emit(_ member: String) async -> Bool {
                (try? await connection.emit(path: "/", interface: "a.b", member: member, [text])) != nil
            }
            var count = 0
            while await emit("Large") { count += 1 }
            resume.signal()
            while await !emit("Last") { try await Task.sleep(for: .milliseconds(5)) }
            await connection.untilClosed()
            return count
        }
        #expect((32...34).contains(accepted))
        #expect(received.withLock { $0 } == accepted)
    }

    @Test func `a call that wants no reply gets none, nor an error`() async throws {
        let notes = Mutex<[Bool]>([])
        let note = Method("Note", in: [], out: []) { call in
            notes.withLock { $0.append(call.wantsReply) }
            return []
        }
        let exported = DispatchSemaphore(value: 0)
        try await FakeBus.run { bus in
            try bus.welcome()
            exported.wait()
            for (serial, member) in [(1, "Note"), (2, "Unknown"), (3, "Note")] as [(UInt32, String)] {
                let call = try Message.call(":1.1", "/", "a.b", member, [])
                call.wantsReply = serial == 3
                dbus_message_set_serial(call.pointer, serial)
                try bus.send(call)
            }
            let reply = try bus.receive()
            guard reply.replySerial == 3 else { throw FakeBus.Failure(operation: "reply to \(reply.replySerial)") }
        } _: { address in
            let connection = try await Connection.open(address)
            await connection.export([ExportedInterface(name: "a.b", methods: [note], introspection: "")], at: "/")
            exported.signal()
            await connection.untilClosed()
        }
        #expect(notes.withLock { $0.sorted { !$0 && $1 } } == [false, true])
    }

    @Test func `replies that pile up stop the reading of calls, and all of them are sent in the end`() async throws {
        let callCount: UInt32 = 60
        let text = String(repeating: "x", count: 1 << 20)
        let large = Method("Large", in: [], out: [Argument("text", .exactly("s"))]) { _ in [.string(text)] }
        let received = Mutex(0)
        let exported = DispatchSemaphore(value: 0)
        try await FakeBus.run { bus in
            try bus.welcome()
            exported.wait()
            for serial in 1...callCount { try bus.send(try Message.call(serial)) }
            usleep(300_000)
            for _ in 1...callCount where try bus.receive().kind == .reply { received.withLock { $0 += 1 } }
        } _: { address in
            let connection = try await Connection.open(address)
            let interface = ExportedInterface(name: "a.b", methods: [large], introspection: "")
            await connection.export([interface], at: "/")
            exported.signal()
            await connection.untilClosed()
        }
        #expect(received.withLock { $0 } == Int(callCount))
    }
}

extension Message {
    /// An error reply without a sentence.
    fileprivate static func bareError(to serial: UInt32) throws -> Message {
        let message = try Message.reply(to: serial, of: ":1.1", [])
        guard let pointer = dbus_message_new(DBUS_MESSAGE_TYPE_ERROR) else { return message }
        dbus_message_set_reply_serial(pointer, serial)
        dbus_message_set_error_name(pointer, "a.b.Bare")
        return Message(taking: pointer)
    }

    /// A call of the method `Large`.
    fileprivate static func call(_ serial: UInt32) throws -> Message {
        let message = try Message.call(":1.1", "/", "a.b", "Large", [])
        dbus_message_set_serial(message.pointer, serial)
        return message
    }
}
