import BackupModel
import Client
import DBus
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackupErrorTests {
    @Test(arguments: BackupError.Code.allCases)
    func `an error of the service keeps its code and its sentence`(code: BackupError.Code) async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Cancel") { _ throws(DBusError) in
                throw DBusError(name: code.busName, message: "It is so.")
            }
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).cancel()
            }
            #expect(error?.code == code)
            #expect(error?.message == "It is so.")
        }
    }

    @Test func `an error of an unknown name is a failure that names it`() async throws {
        try await withService { _, service, connection in
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).cancel()
            }
            #expect(error?.code == .failed)
            #expect(
                error?.message
                    == "The backup service failed with x.y.Unforeseen: Backup1.Cancel has no answer."
            )
        }
    }

    @Test func `a service that does not run is told with how to start it`() async throws {
        try await withPrivateBus { bus in
            let connection = try await Connection.open(busOfService: bus.address)
            let error = await #expect(throws: BackupError.self) {
                try await SnapshotClient(connection: connection).list()
            }
            #expect(error?.code == .unknownObject)
            #expect(
                error?.message == "The backup service is not running; start it with `systemctl start nexus-backupd`."
            )
            await connection.close()
        }
    }

    @Test func `a bus that can't be reached is named`() async {
        let error = await #expect(throws: BackupError.self) {
            try await Connection.open(busOfService: BusAddress("unix:path=/nowhere/at/all"))
        }
        #expect(error?.code == .unknownObject)
        #expect(error?.message.contains("at unix:path=/nowhere/at/all can't be reached") == true)
    }

    @Test func `a service that ends during a call is told`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Cancel") { _ throws(DBusError) in
                await service.connection.close()
                return []
            }
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).cancel()
            }
            #expect(error?.code == .failed)
            #expect(error?.message.hasPrefix("The backup service did not reply, or ended meanwhile;") == true)
        }
    }

    @Test func `a bus that ends during a call is told`() async throws {
        try await withService { bus, service, connection in
            service.on("Backup1.Cancel") { _ throws(DBusError) in
                try? bus.kill()
                return []
            }
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).cancel()
            }
            #expect(error?.code == .unknownObject)
            #expect(error?.message == "The connection to the message bus was lost; try again.")
        }
    }

    @Test func `a refusal by the bus' policy is told apart from one by the service`() async throws {
        let policy = FilePath("/tmp/client-tests-\(UInt64.random(in: .min ... .max)).conf")
        let text = """
            <busconfig><policy context="default"><allow own="tech.noreya.Snapshot1"/><allow own="tech.noreya.Backup1"/>
            </policy></busconfig>
            """
        let file = try FileDescriptor.open(policy, .writeOnly, options: .create, permissions: .ownerReadWrite)
        _ = try file.closeAfter { try file.writeAll(text.utf8) }
        defer { try? FileManager.default.removeItem(atPath: policy.string) }
        try await withPrivateBus(PrivateBusOptions(policies: [policy])) { bus in
            let service = try await PeerService.start(on: bus)
            let connection = try await bus.connect()
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).cancel()
            }
            #expect(error?.code == .accessDenied)
            #expect(error?.message.hasPrefix("The message bus does not let this user call") == true)
            await connection.close()
            await service.connection.close()
        }
    }
}
