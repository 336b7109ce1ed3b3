import CDBus
import Glibc
import Linux
import SystemPackage
import TestSupport

@testable import DBus

/// The other end of a connection, which does what no real bus would do; its calls block.
final class FakeBus: Sendable {
    /// Why the other end stopped.
    struct Failure: Error {
        let operation: String
    }

    private let socket: Descriptor

    private init(_ socket: consuming Descriptor) {
        self.socket = socket
    }

    /// Runs `body` with the address at which `script` waits for one connection.
    static func run<Outcome: Sendable>(
        _ script: @escaping @Sendable (FakeBus) throws -> Void,
        _ body: (BusAddress) async throws -> Outcome
    ) async throws -> Outcome {
        // A caller that has what it wants goes while the bus still talks.
        signal(SIGPIPE, SIG_IGN)
        let path = "/tmp/fake-bus-\(UInt64.random(in: .min ... .max))"
        let listener = try listen(path)
        defer { unlink(path) }
        let end = Task {
            try await blocking {
                let accepted = accept(listener.file.rawValue, nil, nil)
                guard accepted >= 0 else { throw Failure(operation: "accept") }
                try script(FakeBus(Descriptor(taking: FileDescriptor(rawValue: accepted))))
            }
        }
        let outcome = try await body(BusAddress("unix:path=\(path)"))
        try await end.value
        return outcome
    }

    private static func listen(_ path: String) throws -> SharedDescriptor {
        let socket = Descriptor(
            taking: FileDescriptor(rawValue: Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        )
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket.file.rawValue, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isBound == 0, Glibc.listen(socket.file.rawValue, 1) == 0 else { throw Failure(operation: "listen") }
        return SharedDescriptor(socket)
    }

    /// Lets the other side in and gives it the name `:1.1`.
    func welcome() throws {
        var line = ""
        while !line.hasPrefix("BEGIN") {
            line = try readLine()
            if line.contains("AUTH EXTERNAL") { try write(Array("OK 0123456789abcdef0123456789abcdef\r\n".utf8)) }
            if line.hasPrefix("NEGOTIATE") { try write(Array("ERROR\r\n".utf8)) }
        }
        let hello = try receive()
        try send(try Message.reply(to: hello.serial, of: ":1.1", [.string(":1.1")]))
    }

    func readLine() throws -> String {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") { bytes += try read(1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The next message.
    func receive() throws -> Message {
        var bytes = try read(16)
        let size = bytes.withUnsafeBytes { bytes in
            dbus_message_demarshal_bytes_needed(bytes.bindMemory(to: CChar.self).baseAddress, 16)
        }
        guard size >= 16 else { throw Failure(operation: "demarshal") }
        bytes += try read(Int(size) - 16)
        let message = bytes.withUnsafeBytes { bytes in
            dbus_message_demarshal(bytes.bindMemory(to: CChar.self).baseAddress, size, nil)
        }
        guard let message else { throw Failure(operation: "demarshal") }
        return Message(taking: message)
    }

    func send(_ message: Message) throws {
        dbus_message_set_sender(message.pointer, "org.freedesktop.DBus")
        if message.serial == 0 { dbus_message_set_serial(message.pointer, 7) }
        try write(message.marshalled)
    }

    func write(_ bytes: [UInt8]) throws {
        guard try socket.file.writeAll(bytes) == bytes.count else { throw Failure(operation: "write") }
    }

    func read(_ count: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            let part = try [UInt8](unsafeUninitializedCapacity: count - result.count) { buffer, size in
                size = try socket.file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard !part.isEmpty else { throw Failure(operation: "read") }
            result += part
        }
        return result
    }
}

extension Message {
    /// The bytes as they travel.
    var marshalled: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        var count: Int32 = 0
        guard dbus_message_marshal(pointer, &start, &count) != 0 else { return [] }
        defer { dbus_free(start) }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}
