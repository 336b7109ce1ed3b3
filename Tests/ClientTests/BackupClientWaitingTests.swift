import BackupModel
import Client
import DBus
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackupClientWaitingTests {
    /// The statuses of a job that comes further each time it is asked for, and ends after `count` times.
    private final class Job: Sendable {
        private let asked = Mutex<UInt32>(0)
        private let count: UInt32
        private let end: [String: Value]

        init(count: UInt32, end: [String: Value]) {
            self.count = count
            self.end = end
        }

        func next() -> [String: Value] {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            guard number > count else {
                return ["id": .uint32(7), "progress": .uint32(number * 10), "started": .uint64(1000)]
            }
            return end
        }
    }

    private static func ended(_ id: SnapshotID, _ result: String, _ error: String = "") -> [String: Value] {
        ["id": .uint32(0), "last_id": .uint32(id), "last_result": .string(result), "last_error": .string(error)]
    }

    private func follow(_ client: BackupClient, patience: Duration = .seconds(10)) async throws -> [ExportStatus] {
        var all: [ExportStatus] = []
        for try await status in client.waitForExport(7, every: .milliseconds(20), patience: patience) {
            all.append(status)
        }
        return all
    }

    @Test(arguments: ["done", "cancelled", "failed"])
    func `a job is followed to its end without any signal`(result: String) async throws {
        try await withService { _, service, connection in
            let job = Job(count: 3, end: Self.ended(7, result, "why"))
            service.onStatus { job.next() }
            let all = try await follow(BackupClient(connection: connection))
            #expect(all.count >= 2)
            #expect(all.dropLast().allSatisfy { $0.id == 7 && $0.lastResult == nil })
            let last = try #require(all.last)
            #expect(last.id == 0 && last.lastID == 7 && last.lastError == "why")
            #expect(last.lastResult == ExportStatus.Result(rawValue: result))
        }
    }

    @Test func `a signal makes it look at once`() async throws {
        try await withService { _, service, connection in
            let state = Flag()
            service.onStatus { state.isSet ? Self.ended(7, "done") : ["id": .uint32(7)] }
            let stream = BackupClient(connection: connection).waitForExport(7, every: .seconds(3600))
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next()?.id == 7)
            try await service.signal("Finished", [.uint32(6), .string("done"), .string("")])
            state.set()
            try await service.signal("Finished", [.uint32(7), .string("done"), .string("")])
            #expect(try await iterator.next()?.lastResult == .done)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func `what was signalled counts where the status tells of another job already`() async throws {
        try await withService { _, service, connection in
            let state = Flag()
            service.onStatus { state.isSet ? ["id": .uint32(8), "progress": .uint32(1)] : ["id": .uint32(7)] }
            var iterator = BackupClient(connection: connection).waitForExport(7, every: .seconds(3600))
                .makeAsyncIterator()
            #expect(try await iterator.next()?.id == 7)
            state.set()
            try await service.signal("Finished", [.uint32(7), .string("failed"), .string("no space")])
            let last = try #require(await iterator.next())
            #expect(last.lastID == 7 && last.lastResult == .failed && last.lastError == "no space")
        }
    }

    @Test(arguments: [(1000, true), (999, false)])
    func `an end that was missed is told by the file`(created: UInt64, isDone: Bool) async throws {
        try await withService { _, service, connection in
            let job = Job(count: 1, end: Self.ended(8, "failed", "of another"))
            service.onStatus { job.next() }
            service.onList("Backup1", [["id": .uint32(7), "created": .uint64(created)]])
            let client = BackupClient(connection: connection)
            if isDone {
                let last = try #require(await follow(client).last)
                #expect(last.lastID == 7 && last.lastResult == .done && last.lastError.isEmpty)
            } else {
                let error = await #expect(throws: BackupError.self) { try await follow(client) }
                #expect(error?.message.contains("is not known any more") == true)
            }
        }
    }

    @Test func `a service that is restarted is waited for`() async throws {
        try await withPrivateBus { bus in
            let first = try await PeerService.start(on: bus)
            first.onStatus { ["id": .uint32(7)] }
            let connection = try await bus.connect()
            var iterator = BackupClient(connection: connection).waitForExport(7, every: .milliseconds(20))
                .makeAsyncIterator()
            #expect(try await iterator.next()?.id == 7)
            await first.connection.close()
            try await Task.sleep(for: .milliseconds(100))
            let second = try await PeerService.start(on: bus) { service in
                service.onStatus { Self.ended(7, "failed", "the service was stopped") }
            }
            var last: ExportStatus?
            while let status = try await iterator.next() { last = status }
            #expect(last?.lastResult == .failed && last?.lastError == "the service was stopped")
            await connection.close()
            await second.connection.close()
        }
    }

    @Test func `a service that is stopped has said how the job ended, and is not asked again`() async throws {
        try await withService { _, service, connection in
            service.onStatus { ["id": .uint32(7)] }
            let stream = BackupClient(connection: connection).waitForExport(7, every: .milliseconds(20))
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next()?.id == 7)
            service.on("Backup1.Status") { _ throws(DBusError) in
                throw DBusError(name: "org.freedesktop.DBus.Error.NoReply", message: "it ends")
            }
            try await service.signal("Finished", [.uint32(7), .string("cancelled"), .string("")])
            await service.connection.close()
            var last: ExportStatus?
            while let status = try await iterator.next() { last = status }
            #expect(last?.lastID == 7 && last?.lastResult == .cancelled)
        }
    }

    @Test func `who only looks does not have the bus start the service`() async throws {
        try await withPrivateBus { bus in
            let connection = try await bus.connect()
            let client = BackupClient(connection: connection)
            for (isStarting, name) in [(true, "ServiceUnknown"), (false, "NameHasNoOwner")] {
                let error = await #expect(throws: BackupError.self) {
                    try await client.status(startingService: isStarting)
                }
                // The first is what a bus says that knows of no way to start it.
                #expect((error?.cause as? DBusError)?.isStandard(name) == true)
                #expect(error?.isServiceGone == true)
            }
            await connection.close()
        }
    }

    @Test func `a service that does not come back ends the wait`() async throws {
        try await withService { _, service, connection in
            service.onStatus { ["id": .uint32(7)] }
            let client = BackupClient(connection: connection)
            var iterator = client.waitForExport(7, every: .milliseconds(20), patience: .milliseconds(200))
                .makeAsyncIterator()
            _ = try await iterator.next()
            await service.connection.close()
            let error = await #expect(throws: BackupError.self) { while try await iterator.next() != nil {} }
            #expect(error?.message.contains("systemctl start nexus-backupd") == true)
        }
    }

    @Test func `the end of the bus ends the wait at once`() async throws {
        try await withService { bus, service, connection in
            service.onStatus { ["id": .uint32(7)] }
            var iterator = BackupClient(connection: connection).waitForExport(7).makeAsyncIterator()
            _ = try await iterator.next()
            try bus.kill()
            let error = await #expect(throws: BackupError.self) { while try await iterator.next() != nil {} }
            #expect(error?.code == .unknownObject)
        }
    }

    @Test func `cancelling the wait leaves the job alone`() async throws {
        try await withService { _, service, connection in
            service.onStatus { ["id": .uint32(7)] }
            service.on("Backup1.Cancel") { _ throws(DBusError) in [] }
            let client = BackupClient(connection: connection)
            let wait = Task { for try await _ in client.waitForExport(7, every: .milliseconds(10)) {} }
            try await Task.sleep(for: .milliseconds(50))
            wait.cancel()
            try await wait.value
            let count = service.calls("Backup1.Status").count
            try await Task.sleep(for: .milliseconds(100))
            #expect(service.calls("Backup1.Status").count <= count + 1)
            #expect(service.calls("Backup1.Cancel").isEmpty)
        }
    }
}

/// Something that has happened or not.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }

    func set() {
        value.withLock { $0 = true }
    }
}
