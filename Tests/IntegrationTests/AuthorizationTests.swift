import BackupModel
import DBus
import Foundation
import FoundationXML
import SystemPackage
import TestSupport
import Testing

/// Who may call what, on a real bus.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct AuthorizationTests {
    /// A method as its introspection XML describes it, with arguments that are of the right types.
    struct Method: Sendable, CustomTestStringConvertible {
        let interface: String
        let name: String
        let signature: String

        var testDescription: String { "\(interface).\(name)" }
        var path: String { "/" + interface.replacing(".", with: "/") }
    }

    /// Every method there is, so that a new one is tested without anybody thinking of it.
    static func methods() throws -> [Method] {
        try [ServiceNames.snapshot, ServiceNames.backup].flatMap { interface in
            let file = URL(filePath: repository.appending("dbus/\(interface).xml").string)
            let document = try XMLDocument(contentsOf: file, options: [])
            return try document.nodes(forXPath: "/node/interface/method").compactMap { node -> Method? in
                guard let method = node as? XMLElement else { return nil }
                let types = try method.nodes(forXPath: "arg[@direction='in']/@type").compactMap(\.stringValue)
                return Method(
                    interface: interface,
                    name: method.attribute(forName: "name")?.stringValue ?? "",
                    signature: types.joined()
                )
            }
        }
    }

    /// Calls each method of a list as python-dbus does and prints one line for each: the error's name, or `served`.
    private static let script = """
        import dbus, os, sys
        bus = dbus.SystemBus()
        values = {"b": dbus.Boolean(True), "u": dbus.UInt32(4000000000), "s": dbus.String("x"),
                  "a{sv}": dbus.Dictionary({"password": "secret"}, signature="sv"), "h": None,
                  "ay": dbus.ByteArray(b"x"), "aay": dbus.Array([dbus.ByteArray(b"x")], signature="ay")}
        for line in sys.stdin.read().split("\\n"):
            interface, path, name, signature = line.split(" ")
            arguments, rest = [], signature
            while rest:
                type = next(type for type in sorted(values, key=len, reverse=True) if rest.startswith(type))
                arguments.append(dbus.types.UnixFd(os.open("/dev/null", os.O_WRONLY)) if type == "h" else values[type])
                rest = rest[len(type):]
            try:
                bus.call_blocking(interface, path, interface, name, signature, arguments, timeout=60)
                print("served")
            except dbus.DBusException as error:
                print(error.get_dbus_name())
        """

    private func outcomes(of methods: [Method], as user: String, in service: TestService) async throws -> [String] {
        let lines = methods.map { "\($0.interface) \($0.path) \($0.name) \($0.signature)" }
        let result = try await service.bus.run(
            ["/usr/bin/python3", "-c", Self.script],
            as: user,
            input: lines.joined(separator: "\n")
        )
        let outcomes = result.output.split(separator: "\n").map(String.init)
        guard outcomes.count == methods.count else { throw Unexpected("\(result.output) \(result.errors)") }
        return outcomes
    }

    private let accessDenied = "org.freedesktop.DBus.Error.AccessDenied"

    @Test func `a user without a grant is denied every method, and nothing is done`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let methods = try Self.methods()
                #expect(methods.count >= 11)
                let outcomes = try await outcomes(of: methods, as: TestService.strangerUser, in: service)
                for (method, outcome) in zip(methods, outcomes) {
                    #expect(outcome == accessDenied, "\(method.testDescription)")
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
            }
        }
    }

    @Test func `the example pkla grants what it lists and nothing else`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let methods = try Self.methods()
                let outcomes = try await outcomes(of: methods, as: TestService.grantedUser, in: service)
                let denied = zip(methods, outcomes).filter { $0.1 == accessDenied }.map(\.0.testDescription)
                let expected = [
                    "Snapshot1.Status", "Backup1.Verify", "Backup1.Restore", "Backup1.Open", "Backup1.ListFiles",
                    "Backup1.SearchFiles",
                ]
                #expect(denied == expected.map { "tech.noreya.\($0)" })
            }
        }
    }

    @Test func `without polkit root is served and nobody else`() async throws {
        try await withService(polkit: false) { service in
            try await service.withDaemon { _ in
                let methods = try Self.methods()
                let outcomes = try await outcomes(of: methods, as: TestService.grantedUser, in: service)
                #expect(Set(outcomes) == [accessDenied])
                #expect(try await service.createSnapshot() > 0)
            }
        }
    }

    /// Owns polkit's name and never answers, as an authority does whose agent waits for a person.
    private static let hangingAuthority = """
        import dbus.service, dbus.mainloop.glib, sys
        from gi.repository import GLib
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        bus = dbus.SystemBus()
        count = 0
        def hang(connection, message):
            global count
            if message.get_member() == "CheckAuthorization":
                count += 1
                print(count, flush=True)
            return 0
        bus.add_message_filter(hang)
        name = dbus.service.BusName("org.freedesktop.PolicyKit1", bus)
        print("ready", flush=True)
        GLib.MainLoop().run()
        """

    /// Sends calls that polkit is asked about and waits for no reply; stays until it is killed.
    private static let caller = """
        import dbus, sys, time
        connections = [dbus.bus.BusConnection(sys.argv[1]) for _ in range(4)]
        for connection in connections:
            for _ in range(int(sys.argv[2]) // 4):
                message = dbus.lowlevel.MethodCallMessage(
                    "tech.noreya.Snapshot1", "/tech/noreya/Snapshot1", "tech.noreya.Snapshot1", "Create")
                message.append(True, True, "from a caller that hangs", signature="bbs")
                connection.send_message_with_reply(message, lambda reply: None, 3600)
            connection.flush()
        print("sent", flush=True)
        time.sleep(3600)
        """

    private func withHangingAuthority<Outcome: Sendable>(
        _ body: (TestService, _ asked: @escaping () throws -> Int) async throws -> Outcome
    ) async throws -> Outcome {
        try await withService(polkit: false) { service in
            let log = service.bus.directory.appending("authority.log")
            let command = ["/usr/bin/python3", "-u", "-c", Self.hangingAuthority]
            return try await service.bus.withCommand(command, as: "polkitd", log: log) { _ in
                func text() throws -> String { try String(contentsOfFile: log.string, encoding: .utf8) }
                try await eventually("the authority that hangs") { try text().contains("ready") }
                return try await service.withDaemon { _ in
                    try await body(service) { try text().split(separator: "\n").compactMap { Int($0) }.max() ?? 0 }
                }
            }
        }
    }

    @Test func `two hundred calls that hang in polkit do not delay root`() async throws {
        try await withHangingAuthority { service, asked in
            let command = ["/usr/bin/python3", "-u", "-c", Self.caller, service.bus.address.text, "200"]
            try await service.bus.withCommand(command, as: TestService.strangerUser) { _ in
                try await eventually("the calls to hang") { try asked() >= 32 }
                for _ in 0..<20 {
                    let reply = try await service.call(ServiceNames.backup, "Status")
                    #expect(reply.first?.propertyEntries?["id"]?.integer() == 0)
                }
                #expect(try await service.createSnapshot("root's") == 1)
            }
        }
    }

    @Test func `a caller that vanishes during a check that hangs is not served`() async throws {
        try await withHangingAuthority { service, asked in
            let command = ["/usr/bin/python3", "-u", "-c", Self.caller, service.bus.address.text, "4"]
            try await service.bus.withCommand(command, as: TestService.strangerUser) { caller in
                try await eventually("the calls to hang") { try asked() >= 4 }
                try caller.kill()
            }
            try await eventually("the calls to be given up") {
                service.logText().components(separatedBy: "left the bus before it was served").count > 4
            }
            let list = try await service.call(ServiceNames.snapshot, "GetList").first?.elements
            #expect(list?.isEmpty == true)
        }
    }
}
