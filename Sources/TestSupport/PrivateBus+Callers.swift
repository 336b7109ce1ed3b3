import DBus
import FoundationEssentials
import SystemPackage

extension PrivateBus {
    /// Runs `body` with the unique name of a connection that belongs to `user` and does nothing; the process is there
    /// to be ended while it is asked about.
    public func withCaller<Outcome: Sendable>(
        as user: String,
        _ body: (_ uniqueName: String, _ process: ChildProcess) async throws -> Outcome
    ) async throws -> Outcome {
        let script = """
            import dbus, sys, time
            bus = dbus.bus.BusConnection(sys.argv[1])
            print(bus.get_unique_name(), flush=True)
            time.sleep(600)
            """
        let log = directory.appending("caller-\(UInt32.random(in: .min ... .max)).log")
        return try await withCommand(["/usr/bin/python3", "-c", script, address.text], as: user, log: log) { process in
            try await untilReady("a caller", log) { try Self.text(of: log).hasSuffix("\n") }
            let name = try Self.text(of: log).filter { $0 != "\n" }
            return try await body(name, process)
        }
    }

    /// Runs `body` while a process owns polkit's name and never answers anything.
    public func withSilentAuthority<Outcome: Sendable>(
        _ body: (_ process: ChildProcess) async throws -> Outcome
    ) async throws -> Outcome {
        let script = """
            import dbus, sys, time
            bus = dbus.bus.BusConnection(sys.argv[1])
            bus.request_name("org.freedesktop.PolicyKit1")
            time.sleep(600)
            """
        let log = directory.appending("authority.log")
        return try await withCommand(["/usr/bin/python3", "-c", script, address.text], log: log) { process in
            let connection = try await connect()
            try await untilReady("an authority", log) {
                (try? await connection.userID(of: "org.freedesktop.PolicyKit1")) != nil
            }
            await connection.close()
            return try await body(process)
        }
    }

    private static func text(of log: FilePath) throws -> String {
        try String(contentsOfFile: log.string, encoding: .utf8)
    }
}
