import BackupModel
import Client
import DBus
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SnapshotClientTests {
    @Test func `create passes its arguments and returns the id`() async throws {
        try await withService { _, service, connection in
            service.on("Snapshot1.Create") { _ throws(DBusError) in [.uint32(7)] }
            let client = SnapshotClient(connection: connection)
            #expect(try await client.create(system: true, data: false, description: "ü\n") == 7)
            let call = try #require(service.calls("Snapshot1.Create").first)
            #expect(call[0].bool == true && call[1].bool == false && call[2].string == "ü\n")
        }
    }

    @Test func `activate passes the id and returns that of the state before`() async throws {
        try await withService { _, service, connection in
            service.on("Snapshot1.Activate") { _ throws(DBusError) in [.uint32(9)] }
            let undo = try await SnapshotClient(connection: connection).activate(7)
            #expect(undo == 9)
            #expect(service.calls("Snapshot1.Activate").first?[0].integer() == 7)
        }
    }

    @Test func `delete passes the id`() async throws {
        try await withService { _, service, connection in
            service.on("Snapshot1.Delete") { _ throws(DBusError) in [] }
            try await SnapshotClient(connection: connection).delete(.max)
            #expect(service.calls("Snapshot1.Delete").first?[0].integer() == SnapshotID.max)
        }
    }

    @Test func `a list is decoded`() async throws {
        try await withService { _, service, connection in
            service.onList(
                "Snapshot1",
                [
                    [
                        "id": .uint32(3), "description": .string("x"), "created": .uint64(1_700_000_000),
                        "system": .bool(true), "data": .bool(true), "path": .string("/s/3"), "read_only": .bool(false),
                        "active": .bool(true), "kind": .string("undo"), "exclusive_bytes": .uint64(9),
                        "atomic": .bool(false), "left_out": .array(of: "s", [.string("a"), .string("b")]),
                    ]
                ]
            )
            let snapshot = SnapshotSummary(
                id: 3,
                description: "x",
                created: 1_700_000_000,
                system: true,
                data: true,
                path: "/s/3",
                isReadOnly: false,
                isAtomic: false,
                isActive: true,
                kind: .undo,
                exclusiveByteCount: 9,
                leftOut: ["a", "b"]
            )
            let received = try await SnapshotClient(connection: connection).list()
            #expect(received == [snapshot])
        }
    }

    @Test func `keys that are missing, unknown or of another integer type do no harm`() async throws {
        try await withService { _, service, connection in
            service.onList(
                "Snapshot1",
                [
                    ["id": .int64(4), "created": .int32(5), "colour": .string("red"), "kind": .string("whim")]
                ]
            )
            let snapshot = try #require(await SnapshotClient(connection: connection).list().first)
            #expect(snapshot.id == 4 && snapshot.created == 5 && snapshot.kind == .manual)
            #expect(snapshot.description.isEmpty && snapshot.exclusiveByteCount == nil && snapshot.leftOut.isEmpty)
        }
    }

    @Test(arguments: [
        (["created": Value.string("x"), "id": .uint32(1)], "\"created\" was expected to be an integer"),
        (["created": .int64(-1), "id": .uint32(1)], "\"created\" was expected to be an integer"),
        (["system": .string("x"), "id": .uint32(1)], "\"system\" was expected to be a boolean"),
        (["left_out": .array(of: "u", [.uint32(1)]), "id": .uint32(1)], "an array of strings"),
        (["path": .uint32(1), "id": .uint32(1)], "\"path\" was expected to be a string, and a value of type u came"),
        ([:], "sent no \"id\" in the reply of Snapshot1.GetList"),
        (["id": .uint64(1 << 40)], "\"id\" was expected to be an integer"),
    ])
    func `a value of a wrong type is an error that names it`(entry: [String: Value], message: String) async throws {
        try await withService { _, service, connection in
            service.onList("Snapshot1", [entry])
            let error = await #expect(throws: BackupError.self) {
                try await SnapshotClient(connection: connection).list()
            }
            #expect(error?.code == .failed)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `the status is decoded`() async throws {
        try await withService { _, service, connection in
            service.on("Snapshot1.Status") { _ throws(DBusError) in
                [
                    .properties([
                        "busy": .bool(true), "operation": .string("create"), "id": .uint32(8), "active": .uint32(2),
                        "reboot_required": .bool(true), "mounts_of_old": .array(of: "s", [.string("/")]),
                    ])
                ]
            }
            let status = SnapshotStatus(
                isBusy: true,
                operation: "create",
                id: 8,
                active: 2,
                isRebootRequired: true,
                mountsOfOld: ["/"]
            )
            let received = try await SnapshotClient(connection: connection).status()
            #expect(received == status)
        }
    }

    @Test func `signals come as ids`() async throws {
        try await withService { _, service, connection in
            let client = SnapshotClient(connection: connection)
            var created = try await client.created().makeAsyncIterator()
            var deleted = try await client.deleted().makeAsyncIterator()
            var activated = try await client.activated().makeAsyncIterator()
            try await service.signal("Activated", [.uint32(1)])
            try await service.signal("Activated", [.uint32(7), .uint32(9)])
            try await service.signal("Deleted", [.uint32(1)])
            try await service.signal("Created", [.string("no id")])
            try await service.signal("Created", [.uint32(2)])
            #expect(await created.next() == 2)
            #expect(await deleted.next() == 1)
            let activation = await activated.next()
            #expect(activation?.id == 7 && activation?.undo == 9)
        }
    }
}
