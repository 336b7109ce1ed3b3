import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// Whatever a caller sends: a clear error, and the daemon still well.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct BadInputTests {
    struct Call: Sendable, CustomTestStringConvertible {
        let member: String
        let arguments: [Value]
        let error: BackupError.Code
        let message: String

        init(_ member: String, _ arguments: [Value], _ error: BackupError.Code, _ message: String) {
            self.member = member
            self.arguments = arguments
            self.error = error
            self.message = message
        }

        var testDescription: String { "\(member) \(message)" }
        var interface: String { "tech.noreya.\(member.split(separator: ".").first ?? "")" }
        var method: String { String(member.split(separator: ".").last ?? "") }
    }

    private static func options(_ entries: [String: Value]) -> Value {
        .properties(["password": .string("x")].merging(entries) { $1 })
    }

    /// Snapshot 1 exists; nothing else does.
    private static let calls: [Call] = [
        Call("Snapshot1.Create", [.bool(false), .bool(false), .string("x")], .invalidArgs, "Neither"),
        Call("Snapshot1.Create", [.bool(true), .bool(true)], .invalidArgs, "bbs"),
        Call("Snapshot1.Create", [.string("true"), .bool(true), .string("x")], .invalidArgs, "bbs"),
        Call(
            "Snapshot1.Create",
            [.bool(true), .bool(true), .string(String(repeating: "x", count: 1 << 20))],
            .invalidArgs,
            "1048576"
        ),
        Call("Snapshot1.Delete", [.uint32(99)], .notFound, "99"),
        Call("Snapshot1.Delete", [.uint32(0)], .notFound, "0"),
        Call("Snapshot1.Delete", [.int32(-7)], .notFound, "-7"),
        Call("Snapshot1.Delete", [.uint64(.max)], .notFound, "18446744073709551615"),
        Call("Snapshot1.Delete", [.string("1")], .invalidArgs, "Delete"),
        Call("Snapshot1.Delete", [.double(1)], .invalidArgs, "Delete"),
        Call("Snapshot1.Delete", [], .invalidArgs, "Delete"),
        Call("Snapshot1.Explode", [], .unknownMethod, "Explode"),
        Call("Backup1.Create", [.uint32(99), .string("x")], .notFound, "99"),
        Call("Backup1.Create", [.uint32(1), .string("")], .invalidArgs, "empty"),
        Call("Backup1.Create", [.uint32(1), .string("one\ntwo")], .invalidArgs, "control character"),
        Call("Backup1.Create", [.uint32(1), .string(String(repeating: "p", count: 256))], .invalidArgs, "255"),
        Call("Backup1.Create", [.uint32(1)], .invalidArgs, "Create"),
        Call("Backup1.CreateWithOptions", [.uint32(1), .properties([:])], .invalidArgs, "password"),
        Call("Backup1.CreateWithOptions", [.uint32(1), options(["speed": .string("x")])], .invalidArgs, "\"speed\""),
        Call(
            "Backup1.CreateWithOptions",
            [.uint32(1), options(["compression": .uint32(1)])],
            .invalidArgs,
            "compression"
        ),
        Call(
            "Backup1.CreateWithOptions",
            [.uint32(1), options(["compression": .string("lzma")])],
            .invalidArgs,
            "compression"
        ),
        Call("Backup1.CreateWithOptions", [.uint32(1), options(["max-rate": .int64(-1)])], .invalidArgs, "max-rate"),
        Call("Backup1.CreateWithOptions", [.uint32(1), options(["max-rate": .string("1")])], .invalidArgs, "max-rate"),
        Call("Backup1.CreateWithOptions", [.uint32(1), options(["password": .uint32(7)])], .invalidArgs, "password"),
        Call(
            "Backup1.CreateWithOptions",
            [.uint32(1), options(["password-fd": .string("3")])],
            .invalidArgs,
            "password-fd"
        ),
        Call(
            "Backup1.CreateWithOptions",
            [.uint32(1), .properties(["recipients": .array(of: "u", [.uint32(1)])])],
            .invalidArgs,
            "recipients"
        ),
        Call("Backup1.Cancel", [], .notRunning, "No export"),
        Call("Backup1.Delete", [.uint32(1)], .notFound, "1"),
        Call("Backup1.Open", [.uint32(1)], .notFound, "1"),
        Call("Backup1.Open", [.int64(-1)], .notFound, "-1"),
    ]

    @Test func `every wrong call is answered by an error that says what was wrong`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let first = try await service.createSnapshot()
                #expect(first == 1)
                for call in Self.calls {
                    let error = await #expect(throws: DBusError.self, "\(call.testDescription)") {
                        try await service.call(call.interface, call.method, call.arguments)
                    }
                    #expect(error?.name == call.error.busName, "\(call.testDescription): \(error?.message ?? "")")
                    #expect(error?.message.contains(call.message) == true, "\(error?.message ?? "")")
                }
                let running: SnapshotID? = try await service.status()["id"]?.integer()
                #expect(running == 0)
                let second = try await service.createSnapshot()
                #expect(second == 2)
            }
        }
    }

    @Test func `an id of any integer type is understood`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let types: [Value] = [.byte(1), .int16(2), .uint16(3), .int32(4), .uint32(5), .int64(6), .uint64(7)]
                for id in types {
                    _ = try await service.createSnapshot()
                    _ = try await service.call(ServiceNames.snapshot, "Delete", [id])
                }
                #expect(try await service.call(ServiceNames.snapshot, "GetList").first?.elements?.isEmpty == true)
            }
        }
    }

    @Test func `unknown paths and interfaces have errors of their own`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let connection = try await service.bus.connect()
                let unknownPath = await #expect(throws: DBusError.self) {
                    try await connection.call(
                        ServiceNames.backup,
                        "/tech/noreya/Nothing",
                        ServiceNames.backup,
                        "Status"
                    )
                }
                #expect(unknownPath?.name == BackupError.Code.unknownObject.busName)
                let unknownInterface = await #expect(throws: DBusError.self) {
                    try await connection.call(
                        ServiceNames.backup,
                        ServiceNames.backupPath,
                        "tech.noreya.Nothing",
                        "Status"
                    )
                }
                #expect(unknownInterface?.name == BackupError.Code.unknownInterface.busName)
                await connection.close()
            }
        }
    }

    @Test func `while one export runs a second is refused, and so is deleting its snapshot`() async throws {
        try await withService { service in
            try await shell("head -c 30000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                let slowly = Self.options(["max-rate": .uint64(1_000_000)])
                _ = try await service.call(ServiceNames.backup, "CreateWithOptions", [.uint32(id), slowly])
                #expect(try await service.status()["id"]?.integer() == id)
                let second = await #expect(throws: DBusError.self) {
                    try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("x")])
                }
                #expect(second?.name == BackupError.Code.busy.busName)
                let deletion = await #expect(throws: DBusError.self) {
                    try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
                }
                #expect(deletion?.name == BackupError.Code.inUse.busName)
                try await eventually("the export to write something") {
                    try await (service.status()["bytes_done"]?.integer(as: UInt64.self) ?? 0) > 0
                }
                let start = ContinuousClock.now
                _ = try await service.call(ServiceNames.backup, "Cancel")
                #expect(start.duration(to: .now) < .seconds(30))
                #expect(try await service.status()["last_result"]?.string == "cancelled")
                #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
                _ = try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
            }
        }
    }

    @Test func `a password comes through a descriptor, and one that never comes is an error in time`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                let silent = try Pipe.make().ends()
                let start = ContinuousClock.now
                let error = await #expect(throws: DBusError.self) {
                    try await service.call(
                        ServiceNames.backup,
                        "CreateWithOptions",
                        [.uint32(id), .properties(["password-fd": .fileDescriptor(silent.read)])]
                    )
                }
                #expect(error?.name == BackupError.Code.invalidArgs.busName)
                #expect(start.duration(to: .now) < .seconds(60))
                let spoken = try Pipe.make().ends()
                try spoken.write.duplicate().write(Array("\(TestService.password)\n".utf8))
                _ = try await service.call(
                    ServiceNames.backup,
                    "CreateWithOptions",
                    [.uint32(id), .properties(["password-fd": .fileDescriptor(spoken.read)])]
                )
                #expect(try await service.untilExported(id).result == "done")
                let export = service.backups.appending("nexus_backup_\(id).tar.gpg")
                try await open(export, password: TestService.password, into: service.root.appending("opened"))
            }
        }
    }

    @Test func `Export writes the same stream to the caller's descriptor and nothing to disk`() async throws {
        try await withService { service in
            try await shell("echo hello > \(service.root)/broot/system/file")
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                let path = service.root.appending("stream.gpg")
                let file = SharedDescriptor(
                    try Descriptor.open(path, [.readWrite, .create], permissions: [.ownerReadWrite])
                )
                let options = Value.properties(["password": .string(TestService.password)])
                _ = try await service.call(
                    ServiceNames.backup,
                    "Export",
                    [.uint32(id), .fileDescriptor(file), options]
                )
                #expect(try await service.untilExported(id) == ("done", ""))
                try await open(path, password: TestService.password, into: service.root.appending("opened"))
                #expect(try await shell("cat \(service.root)/opened/system/file") == "hello\n")
                #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
                let unwritable = SharedDescriptor(try Descriptor.open(path, .readOnly))
                let error = await #expect(throws: DBusError.self) {
                    try await service.call(
                        ServiceNames.backup,
                        "Export",
                        [.uint32(id), .fileDescriptor(unwritable), options]
                    )
                }
                #expect(error?.name == BackupError.Code.invalidArgs.busName)
            }
        }
    }

    @Test func `a full disk fails the export with the reason and leaves nothing`() async throws {
        try await withService { service in
            try await shell("head -c 30000000 /dev/urandom > \(service.root)/broot/data/noise")
            try makeDirectories(service.backups, permissions: [.ownerReadWriteExecute])
            try await shell("mount -t tmpfs -o size=8m nexus-test \(service.backups)")
            do {
                try await service.withDaemon { _ in
                    let id = try await service.createSnapshot()
                    _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("x")])
                    let outcome = try await service.untilExported(id)
                    #expect(outcome.result == "failed")
                    #expect(outcome.error.contains("space"), "\(outcome.error)")
                    #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
                }
                try await shell("umount \(service.backups)")
            } catch {
                try await shell("umount \(service.backups)")
                throw error
            }
        }
    }

    @Test func `a configuration with a typo keeps the daemon from starting and names the line`() async throws {
        try await withService { service in
            let file = service.root.appending("config.toml")
            try await shell("printf '[storage]\\nsnapshot = \"/x\"\\n' > \(file)")
            let program = try executableDirectory().appending("nexus-backupd").string
            let result = try await service.bus.run([program, "--check-config", "--config", file.string])
            #expect(result.status != 0)
            #expect(result.errors.contains("\(file):2"), "\(result.errors)")
            #expect(result.errors.contains("snapshots"))
        }
    }

    @Test func `storage that the service may not write keeps the daemon from starting, and what would let it is said`()
        async throws
    {
        try await withService { service in
            let program = try executableDirectory().appending("nexus-backupd").string
            let command = "\(program) --address \(service.bus.address.text) --root \(service.root)"
            let storage = service.backups
            // As the unit does it, in a mount namespace of its own.
            let mounts = "mount --bind \(storage) \(storage); mount -o remount,bind,ro \(storage)"
            let script = "mkdir -p \(storage); \(mounts); exec \(command)"
            let result = try await service.bus.run(["unshare", "--mount", "bash", "-ec", script])
            #expect(result.status != 0)
            #expect(result.errors.contains("\(storage), is read-only for the service"), "\(result.errors)")
            #expect(result.errors.contains("ReadWritePaths=\(storage)"))
        }
    }

    @Test func `a source that is not there keeps the daemon from starting`() async throws {
        try await withService { service in
            try await shell("rmdir \(service.root)/broot/data")
            let program = try executableDirectory().appending("nexus-backupd").string
            let result = try await service.bus.run([
                program, "--address", service.bus.address.text, "--root", service.root.string,
            ])
            #expect(result.status != 0)
            #expect(result.errors.contains("broot/data"), "\(result.errors)")
        }
    }
}
