import BackupModel
import DBus
import Snapshots

/// The methods of `tech.noreya.Snapshot1`: decode, call, encode.
struct SnapshotInterface: Sendable {
    let store: SnapshotStore
    let emit: @Sendable (_ signal: String, _ arguments: [Value]) async -> Void

    var methods: [ServiceMethod] {
        [
            ServiceMethod(
                "Create",
                in: [
                    Argument("system", .exactly("b")), Argument("data", .exactly("b")),
                    Argument("description", .exactly("s")),
                ],
                out: [Argument("id", .exactly("u"))],
                action: "\(ServiceNames.snapshot).Create"
            ) { call, _ in
                let id = try await store.create(
                    system: call.bool(at: 0),
                    data: call.bool(at: 1),
                    description: call.string(at: 2),
                    kind: .manual
                )
                await emit("Created", [.uint32(id)])
                return [.uint32(id)]
            },
            ServiceMethod(
                "Activate",
                in: [Argument("id", .anyInteger)],
                out: [Argument("undo_id", .exactly("u"))],
                action: "\(ServiceNames.snapshot).Activate"
            ) { call, _ in
                let id = try call.id(at: 0)
                let undo = try await store.activate(id)
                await emit("Created", [.uint32(undo)])
                await emit("Activated", [.uint32(id), .uint32(undo)])
                return [.uint32(undo)]
            },
            ServiceMethod(
                "Delete",
                in: [Argument("id", .anyInteger)],
                action: "\(ServiceNames.snapshot).Delete"
            ) { call, _ in
                let id = try call.id(at: 0)
                try await store.delete(id)
                await emit("Deleted", [.uint32(id)])
                return []
            },
            ServiceMethod(
                "GetList",
                out: [Argument("snapshots", .exactly("aa{sv}"))],
                action: "\(ServiceNames.snapshot).GetList"
            ) { _, _ in
                [.array(of: "a{sv}", try await store.list().map { .properties($0.properties) })]
            },
            ServiceMethod(
                "Status",
                out: [Argument("status", .exactly("a{sv}"))],
                action: "\(ServiceNames.snapshot).Status"
            ) { _, _ in
                [.properties(await store.status().properties)]
            },
        ]
    }
}
