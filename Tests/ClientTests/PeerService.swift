import BackupModel
import Client
import DBus
import Linux
import Synchronization
import TestSupport

/// What stands at the other end of the bus in these tests: it answers as each test says, and notes what it was called
/// with.
final class PeerService: Sendable {
    private struct State {
        var calls: [(member: String, arguments: [Value])] = []
        var answers: [String: @Sendable ([Value]) async throws(DBusError) -> [Value]] = [:]
    }

    private let state = Mutex(State())
    let connection: Connection

    private init(_ connection: Connection) {
        self.connection = connection
    }

    /// A service that owns both names on `bus`; it can be called once `prepare` is through.
    static func start(on bus: PrivateBus, _ prepare: (PeerService) -> Void = { _ in }) async throws -> PeerService {
        let service = try await PeerService(bus.connect())
        prepare(service)
        let id = Argument("id", .anyInteger)
        let flag = ArgumentType.exactly("b")
        let list = [Argument("list", .exactly("aa{sv}"))]
        let status = [Argument("status", .exactly("a{sv}"))]
        await service.export(
            ServiceNames.snapshot,
            ServiceNames.snapshotPath,
            [
                ("Create", [Argument("system", flag), Argument("data", flag), Argument("text", .exactly("s"))], [id]),
                ("Activate", [id], [id]), ("Delete", [id], []), ("GetList", [], list), ("Status", [], status),
            ]
        )
        let options = Argument("options", .options(secrets: ["password"]))
        await service.export(
            ServiceNames.backup,
            ServiceNames.backupPath,
            [
                ("Create", [id, Argument("password", .secret)], []), ("CreateWithOptions", [id, options], []),
                ("Export", [id, Argument("fd", .exactly("h")), options], []), ("Cancel", [], []), ("Delete", [id], []),
                (
                    "Restore",
                    [id, Argument("paths", .exactly("aay")), Argument("target", .exactly("ay")), options], []
                ),
                ("Open", [id], [Argument("fd", .exactly("h"))]), ("GetList", [], list), ("Status", [], status),
                ("SearchFiles", [Argument("text", .exactly("s")), Argument("options", .exactly("a{sv}"))], list),
            ]
        )
        try await service.connection.requestName(ServiceNames.snapshot)
        try await service.connection.requestName(ServiceNames.backup)
        return service
    }

    private func export(_ name: String, _ path: String, _ methods: [(String, [Argument], [Argument])]) async {
        let methods = methods.map { member, input, output in
            Method(member, in: input, out: output) { [self] call throws(DBusError) in
                try await answer("\(name.split(separator: ".").last ?? "").\(member)", call.arguments)
            }
        }
        let interface = ExportedInterface(
            name: name,
            methods: methods,
            introspection: "  <interface name=\"\(name)\"/>"
        )
        await connection.export([interface], at: path)
    }

    private func answer(_ member: String, _ arguments: [Value]) async throws(DBusError) -> [Value] {
        let answer = state.withLock { state in
            state.calls.append((member, arguments))
            return state.answers[member]
        }
        guard let answer else { throw DBusError(name: "x.y.Unforeseen", message: "\(member) has no answer") }
        return try await answer(arguments)
    }

    /// Has `member`, such as `Backup1.Status`, answered by `answer`.
    func on(_ member: String, _ answer: @escaping @Sendable ([Value]) async throws(DBusError) -> [Value]) {
        state.withLock { $0.answers[member] = answer }
    }

    /// Has `Backup1.Status` show what `status` gives.
    func onStatus(_ status: @escaping @Sendable () -> [String: Value]) {
        on("Backup1.Status") { _ throws(DBusError) in [.properties(status())] }
    }

    /// Has `GetList` of either object show `entries`.
    func onList(_ object: String, _ entries: [[String: Value]]) {
        on("\(object).GetList") { _ throws(DBusError) in
            [.array(of: "a{sv}", entries.map { .properties($0) })]
        }
    }

    /// The arguments of each call of `member` so far.
    func calls(_ member: String) -> [[Value]] {
        state.withLock { $0.calls.filter { $0.member == member }.map(\.arguments) }
    }

    /// Emits a signal of `Backup1`.
    func signal(_ member: String, _ arguments: [Value]) async throws {
        let isOfSnapshots = ["Created", "Activated", "Deleted"].contains(member)
        let interface = isOfSnapshots ? ServiceNames.snapshot : ServiceNames.backup
        let path = interface == ServiceNames.snapshot ? ServiceNames.snapshotPath : ServiceNames.backupPath
        try await connection.emit(path: path, interface: interface, member: member, arguments)
    }
}

/// Runs `body` with a service on a bus of its own and a client's connection.
func withService<Outcome: Sendable>(
    _ body: (_ bus: PrivateBus, _ service: PeerService, _ connection: Connection) async throws -> Outcome
) async throws -> Outcome {
    try await withPrivateBus { bus in
        let service = try await PeerService.start(on: bus)
        let connection = try await Connection.open(busOfService: bus.address)
        let outcome = try await body(bus, service, connection)
        await connection.close()
        await service.connection.close()
        return outcome
    }
}
