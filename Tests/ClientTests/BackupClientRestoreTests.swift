import BackupModel
import Client
import DBus
import Linux
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackupClientRestoreTests {
    @Test func `what is not said is not sent, and a password is in no message`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Restore") { _ throws(DBusError) in [] }
            let client = BackupClient(connection: connection)
            try await client.restore(7, options: .init())
            var options = BackupClient.RestoreOptions()
            options.password = Secret("x")
            options.origin = "export"
            options.overwrite = true
            options.beside = false
            options.isDryRun = true
            options.target = SharedDescriptor(try Descriptor.open("/tmp", [.readOnly, .directory]))
            try await client.restore(7, paths: [[0x61, 0xFF]], options: options)
            let calls = service.calls("Backup1.Restore")
            #expect(calls.first?[3].propertyEntries?.isEmpty == true && calls.first?[2].bytes == [])
            #expect(calls.last?[1].elements?.compactMap(\.bytes) == [[0x61, 0xFF]])
            let entries = try #require(calls.last?[3].propertyEntries)
            #expect(
                entries.keys.sorted() == ["beside", "dry-run", "from", "overwrite", "password-fd", "target-fd"]
            )
            #expect(entries["beside"]?.bool == false && entries["from"]?.string == "export")
        }
    }

    @Test func `what was restored is read from the status, and its absence too`() async throws {
        try await withService { _, service, connection in
            let client = BackupClient(connection: connection)
            service.onStatus { ["id": .uint32(0), "last_restored": .properties([:])] }
            #expect(try await client.status().lastRestored == nil)
            service.onStatus {
                let loss = Value.properties([
                    "what": .string("acl"), "count": .uint64(3), "first": .string("a: no ACLs"),
                ])
                let restored: [String: Value] = [
                    "from": .string("export"), "created": .uint64(5), "conflicts": .uint64(1),
                    "lost": .array(of: "a{sv}", [loss]), "targets": .array(of: "ay", [.bytes([0x2F, 0xFF])]),
                ]
                return ["id": .uint32(0), "last_restored": .properties(restored)]
            }
            let summary = try #require(try await client.status().lastRestored)
            #expect(summary.origin == "export" && summary.created == 5 && summary.conflicts == 1)
            #expect(summary.losses == [.init(what: "acl", count: 3, first: "a: no ACLs")])
            #expect(summary.targets == [[0x2F, 0xFF]])
        }
    }
}
