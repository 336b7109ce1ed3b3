import DBus
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot, .timeLimit(.minutes(5)))
struct ConnectionNamesTests {
    @Test func `who waits for a name to vanish is told`() async throws {
        try await withPrivateBus { bus in
            let watcher = try await bus.connect()
            let other = try await bus.connect()
            let waits = (0..<300).map { _ in Task { try await watcher.untilNameVanishes(other.uniqueName) } }
            try await Task.sleep(for: .milliseconds(50))
            await other.close()
            for wait in waits { try await wait.value }
        }
    }

    @Test func `a name that is gone already has vanished`() async throws {
        try await withPrivateBus { bus in
            let watcher = try await bus.connect()
            try await watcher.untilNameVanishes(":1.4711")
            try await watcher.untilNameVanishes("tech.noreya.Nobody1")
        }
    }

    @Test func `a wait ends when its task is cancelled or the bus goes`() async throws {
        try await withPrivateBus { bus in
            let watcher = try await bus.connect()
            let other = try await bus.connect()
            let cancelled = Task { try await watcher.untilNameVanishes(other.uniqueName) }
            let stranded = Task { try await watcher.untilNameVanishes(other.uniqueName) }
            try await Task.sleep(for: .milliseconds(20))
            cancelled.cancel()
            #expect(await #expect(throws: DBusError.self) { try await cancelled.value } == .cancelled)
            try bus.kill()
            let error = await #expect(throws: DBusError.self) { try await stranded.value }
            #expect(error?.isStandard("Disconnected") == true)
        }
    }

    @Test func `the user of a connection is who started it`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            try await bus.withCaller(as: "daemon") { name, _ in
                let userID = try await connection.userID(of: name)
                #expect(userID == 1)
            }
            let error = await #expect(throws: DBusError.self) { try await connection.userID(of: "a.b") }
            #expect(error?.isStandard("NameHasNoOwner") == true)
            await #expect(throws: DBusError.self) { try await connection.userID(of: "..") }
            await #expect(throws: DBusError.self) { try await connection.requestName("no name") }
        }
    }

    @Test func `a name that the policy of the bus gives to somebody else is refused`() async throws {
        let file = FilePath("/tmp/policy-\(UInt64.random(in: .min ... .max)).conf")
        let policy = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><policy user="root"><allow own="tech.noreya.Test1"/></policy></busconfig>
            """
        let descriptor = try FileDescriptor.open(file, .writeOnly, options: .create, permissions: .ownerReadWrite)
        defer { unlink(file.string) }
        try descriptor.closeAfter { _ = try descriptor.writeAll(policy.utf8) }
        try await withPrivateBus(PrivateBusOptions(policies: [file])) { bus in
            let connection = try await bus.connect()
            try await connection.requestName("tech.noreya.Test1")
            let error = await #expect(throws: DBusError.self) { try await connection.requestName("tech.noreya.Test2") }
            #expect(error?.isStandard("AccessDenied") == true)
        }
    }
}
