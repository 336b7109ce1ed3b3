import BackupModel
import DBus
import SystemPackage
import TestSupport
import Testing

/// Going back to a snapshot over the bus, by a user who is not root.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ActivationTests {
    /// What a script in the field does: the tenth word of a reply is the id.
    private static let script = """
        set -eu
        call() {
            dbus-send --system --print-reply --reply-timeout=120000 --dest=tech.noreya.Snapshot1 /tech/noreya/Snapshot1 \
                tech.noreya.Snapshot1."$@"
        }
        case $1 in
        create) set -- $(call Create boolean:true boolean:true string:'from a script') ;;
        activate) set -- $(call Activate "$2") ;;
        esac
        echo "${10}"
        """

    private func run(_ arguments: String..., in service: TestService) async throws -> SnapshotID {
        let command = ["bash", "-c", Self.script, "script"] + arguments
        let result = try await service.bus.run(command, as: TestService.grantedUser)
        guard let id = SnapshotID(result.output.dropLast()) else {
            throw Unexpected("\(result.output) \(result.errors) \(service.logText())")
        }
        return id
    }

    @Test(arguments: TestFilesystem.allCases)
    func `a user with the example pkla goes back to a snapshot with dbus-send, and undoes that`(
        filesystem: TestFilesystem
    ) async throws {
        try await withService(filesystem: filesystem) { service in
            let system = service.root.appending("broot/system")
            try await shell("echo one > \(system)/file; mkdir \(system)/dir")
            try await service.withDaemon { _ in
                let connection = try await service.bus.connect()
                let signals = try await connection.signals(
                    sender: ServiceNames.snapshot,
                    interface: ServiceNames.snapshot,
                    member: "Activated",
                    path: ServiceNames.snapshotPath
                )
                let id = try await run("create", in: service)
                let old = try await describeTree(system)
                try await shell("echo two > \(system)/file; rmdir \(system)/dir")
                let present = try await describeTree(system)
                let undo = try await run("activate", "uint32:\(id)", in: service)
                #expect(try await describeTree(system) == old)
                // Scripts do not agree on an integer type.
                let redo = try await run("activate", "int64:\(undo)", in: service)
                #expect(try await describeTree(system) == present)
                #expect([id, undo, redo] == [1, 2, 3])
                var told: [[SnapshotID?]] = []
                for await signal in signals {
                    told.append(signal.arguments.map { $0.integer() })
                    if told.count == 2 { break }
                }
                #expect(told == [[id, undo], [undo, redo]])
                await connection.close()
            }
            try await service.withDaemon { _ in
                let list = try await service.call(ServiceNames.snapshot, "GetList").first?.elements ?? []
                let entries = list.compactMap(\.propertyEntries)
                #expect(entries.map { $0["kind"]?.string } == ["manual", "undo", "undo"])
                #expect(entries.map { $0["active"]?.bool } == [false, true, false])
                let status = try await service.call(ServiceNames.snapshot, "Status").first?.propertyEntries
                #expect(status?["active"]?.integer() == UInt32(2))
                #expect(status?["reboot_required"]?.bool == false)
                #expect(status?["mounts_of_old"]?.elements?.isEmpty == true)
            }
        }
    }

    @Test func `a refusal tells the reason`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                let error = await #expect(throws: DBusError.self) {
                    try await service.call(ServiceNames.snapshot, "Activate", [.uint32(77)])
                }
                #expect(error?.name == "tech.noreya.Error.NotFound")
                #expect(error?.message.contains("There is no snapshot 77") == true)
            }
        }
    }
}
