import BackupModel
import DBus
import Linux
import Synchronization
import SystemPackage
import TestSupport

/// A service on a bus of its own that does what each test says, and notes what it was asked for.
final class PeerService: Sendable {
    /// What a test may set, and look at afterwards.
    struct State {
        var snapshots: [[String: Value]] = []
        var exports: [[String: Value]] = []
        /// Given one after the other; the last one stays.
        var statuses: [[String: Value]] = []
        /// Thrown by every method called so.
        var errors: [String: BackupError.Code] = [:]
        var created: [(system: Bool?, data: Bool?, description: String?)] = []
        var started: [(id: SnapshotID?, options: [String: Value], password: [UInt8])] = []
        var verified: [(id: SnapshotID?, password: [UInt8])] = []
        var restored: [(id: SnapshotID?, paths: [[UInt8]], options: [String: Value], password: [UInt8])] = []
        /// Written to the report of each restoration.
        var report = ""
        var deleted: [SnapshotID] = []
        var activated: [SnapshotID] = []
        var snapshotStatus: [String: Value] = [:]
        /// What `Open` gives.
        var file: FilePath = "/nowhere"
        var cancelCount = 0
        var statusCount = 0
    }

    private let state = Mutex(State())
    let address: String

    private init(_ address: String) {
        self.address = address
    }

    /// Runs `body` with a service.
    static func serve<Outcome: Sendable>(
        _ state: State = State(),
        _ body: (PeerService) async throws -> Outcome
    ) async throws -> Outcome {
        try await withPrivateBus { bus in
            let service = PeerService(bus.address.text)
            service.state.withLock { $0 = state }
            let connection = try await bus.connect()
            await connection.export([service.snapshots], at: ServiceNames.snapshotPath)
            await connection.export([service.backups], at: ServiceNames.backupPath)
            try await connection.requestName(ServiceNames.snapshot)
            try await connection.requestName(ServiceNames.backup)
            let outcome = try await body(service)
            await connection.close()
            return outcome
        }
    }

    /// What came of it so far.
    func look<Outcome: Sendable>(_ body: (State) -> Outcome) -> Outcome {
        state.withLock { body($0) }
    }

    private var snapshots: ExportedInterface {
        let flag = ArgumentType.exactly("b")
        return interface(
            ServiceNames.snapshot,
            [
                method(
                    "Create",
                    [Argument("system", flag), Argument("data", flag), Argument("text", .exactly("s"))],
                    [Argument("id", .exactly("u"))]
                ) { state, arguments in
                    state.created.append((arguments[0].bool, arguments[1].bool, arguments[2].string))
                    return [.uint32(7)]
                },
                method("Activate", [Argument("id", .anyInteger)], [Argument("undo_id", .exactly("u"))]) {
                    state,
                    arguments in
                    state.activated.append(arguments[0].integer() ?? 0)
                    return [.uint32(9)]
                },
                method("Status", [], [Argument("status", .exactly("a{sv}"))]) { state, _ in
                    [.properties(state.snapshotStatus)]
                },
                delete,
                list { $0.snapshots },
            ]
        )
    }

    private var backups: ExportedInterface {
        interface(
            ServiceNames.backup,
            [
                method(
                    "CreateWithOptions",
                    [Argument("id", .anyInteger), Argument("options", .options(secrets: ["password"]))]
                ) { state, arguments in
                    let options = arguments[1].propertyEntries ?? [:]
                    var password: [UInt8] = []
                    if case .fileDescriptor(let file)? = options["password-fd"] {
                        password = (try? file.duplicate().readAll(limit: 4096)) ?? []
                    }
                    state.started.append((arguments[0].integer(), options, password))
                    return []
                },
                method(
                    "Verify",
                    [Argument("id", .anyInteger), Argument("options", .options(secrets: ["password"]))]
                ) { state, arguments in
                    var password: [UInt8] = []
                    if case .fileDescriptor(let file)? = arguments[1].propertyEntries?["password-fd"] {
                        password = (try? file.duplicate().readAll(limit: 4096)) ?? []
                    }
                    state.verified.append((arguments[0].integer(), password))
                    return []
                },
                method(
                    "Export",
                    [
                        Argument("id", .anyInteger), Argument("fd", .exactly("h")),
                        Argument("options", .options(secrets: ["password"])),
                    ]
                ) { state, arguments in
                    guard case .fileDescriptor(let file) = arguments[1] else { return [] }
                    try? file.duplicate().write(Array("the export".utf8))
                    state.started.append((arguments[0].integer(), arguments[2].propertyEntries ?? [:], []))
                    return []
                },
                method(
                    "ListFiles",
                    [
                        Argument("id", .anyInteger), Argument("path", .exactly("ay")),
                        Argument("options", .exactly("a{sv}")),
                    ],
                    [Argument("entries", .exactly("aa{sv}"))]
                ) { _, _ in [.array(of: "a{sv}", [.properties(["name": .bytes("etc".utf8)])])] },
                method(
                    "SearchFiles",
                    [Argument("text", .exactly("s")), Argument("options", .exactly("a{sv}"))],
                    [Argument("matches", .exactly("aa{sv}"))]
                ) { _, _ in
                    let unsearched: [String: Value] = ["id": .uint32(8), "unsearched": .string("It has no index.")]
                    let match: [String: Value] = ["id": .uint32(7), "path": .bytes("system/etc".utf8)]
                    return [.array(of: "a{sv}", [.properties(match), .properties(unsearched)])]
                },
                method("Open", [Argument("id", .anyInteger)], [Argument("fd", .exactly("h"))]) {
                    state,
                    arguments throws(DBusError) in
                    guard let file = try? Descriptor.open(state.file, .readOnly) else {
                        throw DBusError(name: BackupError.Code.notFound.busName, message: "There is no such export.")
                    }
                    return [.fileDescriptor(SharedDescriptor(file))]
                },
                restore,
                method("Cancel") { state, _ in
                    state.cancelCount += 1
                    return []
                },
                method("Status", [], [Argument("status", .exactly("a{sv}"))]) { state, _ in
                    state.statusCount += 1
                    let status = state.statuses.first ?? ["id": .uint32(0)]
                    if state.statuses.count > 1 { state.statuses.removeFirst() }
                    return [.properties(status)]
                },
                delete,
                list { $0.exports },
            ]
        )
    }

    private var restore: Method {
        method(
            "Restore",
            [
                Argument("id", .anyInteger), Argument("paths", .exactly("aay")), Argument("target", .exactly("ay")),
                Argument("options", .options(secrets: ["password"])),
            ]
        ) { state, arguments in
            var options = arguments[3].propertyEntries ?? [:]
            var password: [UInt8] = []
            if case .fileDescriptor(let file)? = options["password-fd"] {
                password = (try? file.duplicate().readAll(limit: 4096)) ?? []
            }
            if case .fileDescriptor(let file)? = options.removeValue(forKey: "report-fd") {
                _ = try? file.duplicate().write(Array(state.report.utf8))
            }
            let paths = (arguments[1].elements ?? []).compactMap(\.bytes)
            state.restored.append((arguments[0].integer(), paths, options, password))
            return []
        }
    }

    private var delete: Method {
        method("Delete", [Argument("id", .anyInteger)]) { state, arguments throws(DBusError) in
            let id: SnapshotID = arguments[0].integer() ?? 0
            if id > 100 { throw DBusError(name: BackupError.Code.notFound.busName, message: "There is no \(id).") }
            state.deleted.append(id)
            return []
        }
    }

    private func list(_ entries: @escaping @Sendable (State) -> [[String: Value]]) -> Method {
        method("GetList", [], [Argument("list", .exactly("aa{sv}"))]) { state, _ in
            [.array(of: "a{sv}", entries(state).map { .properties($0) })]
        }
    }

    private func method(
        _ name: String,
        _ input: [Argument] = [],
        _ output: [Argument] = [],
        _ body: @escaping @Sendable (inout State, [Value]) throws(DBusError) -> [Value]
    ) -> Method {
        Method(name, in: input, out: output) { [self] call throws(DBusError) in
            let result = state.withLock { Self.answer(name, &$0, call.arguments, body) }
            return try result.get()
        }
    }

    private static func answer(
        _ name: String,
        _ state: inout State,
        _ arguments: [Value],
        _ body: (inout State, [Value]) throws(DBusError) -> [Value]
    ) -> Result<[Value], DBusError> {
        if let code = state.errors[name] {
            return .failure(DBusError(name: code.busName, message: "It is \(code.rawValue).\u{1B}[31m"))
        }
        do throws(DBusError) {
            return .success(try body(&state, arguments))
        } catch {
            return .failure(error)
        }
    }

    private func interface(_ name: String, _ methods: [Method]) -> ExportedInterface {
        ExportedInterface(name: name, methods: methods, introspection: "  <interface name=\"\(name)\"/>")
    }
}
