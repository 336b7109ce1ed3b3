import BackupModel
import Client
import DBus
import Linux
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackupClientTests {
    @Test func `a password travels through a pipe and is in no message`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.CreateWithOptions") { _ throws(DBusError) in [] }
            let options = BackupClient.Options(
                password: Secret("päss word"),
                recipients: ["key 1", "key 2"],
                compression: "zstd",
                maxRate: 5
            )
            try await BackupClient(connection: connection).create(7, options: options)
            let call = try #require(service.calls("Backup1.CreateWithOptions").first)
            #expect(call[0].integer() == 7)
            let entries = try #require(call[1].propertyEntries)
            #expect(Set(entries.keys) == ["password-fd", "recipients", "compression", "max-rate"])
            #expect(entries["recipients"]?.elements?.map(\.string) == ["key 1", "key 2"])
            #expect(entries["compression"]?.string == "zstd")
            #expect(entries["max-rate"]?.signature == "t" && entries["max-rate"]?.integer() == 5)
            guard case .fileDescriptor(let file)? = entries["password-fd"] else {
                Issue.record("password-fd is no descriptor")
                return
            }
            #expect(try file.duplicate().readAll(limit: 100) == Array("päss word".utf8))
        }
    }

    @Test func `options that are not given are not sent`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.CreateWithOptions") { _ throws(DBusError) in [] }
            try await BackupClient(connection: connection).create(7, options: .init())
            #expect(service.calls("Backup1.CreateWithOptions").first?[1].propertyEntries?.isEmpty == true)
        }
    }

    @Test func `what a search finds and what it could not search are told apart`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.SearchFiles") { _ throws(DBusError) in
                let match: [String: Value] = [
                    "id": .uint32(3), "path": .bytes([0x61, 0xFF]), "type": .string("symlink"), "mtime": .int64(-5),
                    "created": .uint64(9), "something new": .bool(true),
                ]
                let unsearched: [String: Value] = ["id": .uint32(4), "unsearched": .string("It has no index.")]
                return [.array(of: "a{sv}", [.properties(match), .properties(unsearched)])]
            }
            let found = try await BackupClient(connection: connection).search("abc", FilePage(limit: 5, offset: 2))
            #expect(found.matches.map(\.id) == [3])
            #expect(found.matches.first?.exportCreated == 9)
            let entry = FileEntry(path: [0x61, 0xFF], kind: .symbolicLink, permissions: 0, modified: -5)
            #expect(found.matches.first?.entry == entry)
            #expect(found.unsearched == [.init(id: 4, reason: "It has no index.")])
            let call = try #require(service.calls("Backup1.SearchFiles").first)
            #expect(call[0].string == "abc")
            #expect(call[1].propertyEntries?["limit"]?.integer() == 5)
            #expect(call[1].propertyEntries?["offset"]?.integer() == 2)
        }
    }

    @Test func `a password that a pipe would not take is refused`() async throws {
        try await withService { _, _, connection in
            let long = BackupClient.Options(password: Secret(String(repeating: "x", count: 100_000)))
            let error = await #expect(throws: BackupError.self) {
                try await BackupClient(connection: connection).create(7, options: long)
            }
            #expect(error?.code == .invalidArgs)
        }
    }

    @Test func `a password in the message arrives as a secret`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Create") { _ throws(DBusError) in [] }
            try await BackupClient(connection: connection).create(7, password: Secret("x"))
            guard case .secret(let password)? = service.calls("Backup1.Create").first?.last else {
                Issue.record("the password is no secret")
                return
            }
            let bytes = unsafe password.withBytes { unsafe Array($0) }
            #expect(bytes == [0x78])
        }
    }

    @Test func `an export writes to the caller's descriptor`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Export") { _ throws(DBusError) in [] }
            let ends = try Pipe.make().ends()
            try await BackupClient(connection: connection).export(7, to: ends.write, options: .init())
            guard case .fileDescriptor(let file)? = service.calls("Backup1.Export").first?[1] else {
                Issue.record("fd is no descriptor")
                return
            }
            try file.duplicate().write([1, 2, 3, 10])
            let fromPipe = try Secret(readingLineFrom: ends.read.file, limit: 10, patience: .seconds(10))
            #expect(fromPipe.count == 3)
        }
    }

    @Test func `a call that needs a password is repeated once, where somebody can be asked by then`() async throws {
        for canAsk in [true, false] {
            try await withService { _, service, connection in
                service.on("Backup1.Cancel") { _ throws(DBusError) in
                    throw DBusError(name: BackupError.Code.interactiveAuthorizationRequired.busName, message: "Who?")
                }
                let client = BackupClient(connection: connection, allowsInteraction: true, onChallenge: { canAsk })
                let error = await #expect(throws: BackupError.self) { try await client.cancel() }
                #expect(error?.code == .interactiveAuthorizationRequired)
                #expect(service.calls("Backup1.Cancel").count == (canAsk ? 2 : 1))
            }
        }
    }

    @Test func `an export is opened by its id`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Open") { _ throws(DBusError) in
                guard let file = try? Descriptor.open("/proc/self/status", .readOnly) else { return [] }
                return [.fileDescriptor(SharedDescriptor(file))]
            }
            let file = try await BackupClient(connection: connection).open(7)
            #expect(try file.duplicate().readAll(limit: 1 << 20).starts(with: "Name:".utf8))
            #expect(service.calls("Backup1.Open").first?[0].integer() == 7)
        }
    }

    @Test func `cancel and delete are passed on`() async throws {
        try await withService { _, service, connection in
            service.on("Backup1.Cancel") { _ throws(DBusError) in [] }
            service.on("Backup1.Delete") { _ throws(DBusError) in [] }
            let client = BackupClient(connection: connection)
            try await client.cancel()
            try await client.delete(9)
            #expect(service.calls("Backup1.Cancel").count == 1)
            #expect(service.calls("Backup1.Delete").first?[0].integer() == 9)
        }
    }

    @Test func `a list is decoded`() async throws {
        try await withService { _, service, connection in
            service.onList(
                "Backup1",
                [
                    [
                        "id": .uint32(3), "path": .string("/b/3"), "name": .string("3"), "size": .uint64(.max),
                        "created": .uint64(5), "sha256": .string("ab"), "description": .string("d"),
                        "snapshot_exists": .bool(true), "verified": .bool(true),
                    ]
                ]
            )
            let export = ExportSummary(
                id: 3,
                path: "/b/3",
                name: "3",
                size: .max,
                created: 5,
                sha256: "ab",
                description: "d",
                snapshotExists: true,
                isVerified: true
            )
            let received = try await BackupClient(connection: connection).list()
            #expect(received == [export])
        }
    }

    @Test func `the status is decoded`() async throws {
        try await withService { _, service, connection in
            service.onStatus {
                [
                    "id": .uint32(1), "progress": .uint32(2), "state": .string("running"),
                    "phase": .string("exporting"), "bytes_done": .uint64(3), "bytes_total": .uint64(4),
                    "files_done": .uint64(5), "files_total": .uint64(6), "rate": .uint64(7), "eta": .uint32(8),
                    "holding_back": .bool(true), "holding_back_reason": .string("Others wait."),
                    "held_back_seconds": .uint64(11), "io_scheduler": .string("bfq"), "free_bytes": .uint64(12),
                    "started": .uint64(9), "last_id": .uint32(10), "last_result": .string("failed"),
                    "last_error": .string("e"),
                ]
            }
            var status = ExportStatus()
            status.id = 1
            status.progress = 2
            status.state = "running"
            status.phase = "exporting"
            (status.bytesDone, status.bytesTotal, status.filesDone, status.filesTotal) = (3, 4, 5, 6)
            (status.rate, status.secondsLeft, status.started) = (7, 8, 9)
            (status.isHoldingBack, status.holdingBackReason) = (true, "Others wait.")
            (status.heldBackSeconds, status.ioScheduler) = (11, "bfq")
            status.freeByteCount = 12
            (status.lastID, status.lastResult, status.lastError) = (10, .failed, "e")
            let received = try await BackupClient(connection: connection).status()
            #expect(received == status)
        }
    }

    @Test func `signals are decoded, and malformed ones left out`() async throws {
        try await withService { _, service, connection in
            let client = BackupClient(connection: connection)
            var progress = try await client.progress().makeAsyncIterator()
            var finished = try await client.finished().makeAsyncIterator()
            try await service.signal("Progress", [.uint32(1)])
            try await service.signal("Progress", [.uint32(1), .uint32(50)])
            try await service.signal("Finished", [.uint32(1), .string("exploded"), .string("")])
            try await service.signal("Finished", [.uint32(1), .string("failed"), .string("why")])
            let event = await progress.next()
            #expect(event?.id == 1 && event?.percent == 50)
            let end = await finished.next()
            #expect(end?.id == 1 && end?.result == .failed && end?.error == "why")
        }
    }
}
