import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// What `Backup1.Restore` refuses, and what it is handed.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestoreRefusalTests {
    @Test func `what can't be restored is refused with what is wrong`() async throws {
        try await withService { service in
            try await shell("echo hello >'\(service.root)/broot/data/file'")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let target = try service.makeTarget().bytes
                let refusals: [([[UInt8]], [UInt8], [String: Value], String)] = [
                    ([], target, ["speed": .uint64(1)], "There is no option \"speed\""),
                    ([], target, ["overwrite": .string("yes")], "The option \"overwrite\" is not a boolean (b)."),
                    ([], target, ["from": .string("moon")], "The option \"from\" is not"),
                    ([], target, ["password": .uint32(1)], "The option \"password\" is not"),
                    ([], target, ["from": .string("export")], "opens with its password alone"),
                    ([], target, ["beside": .bool(true)], "The option \"beside\" is about the original places"),
                    ([], [], ["beside": .bool(true), "overwrite": .bool(true)], "contradict each other"),
                    ([], Array("tmp".utf8), [:], "The target \"tmp\" is a relative path"),
                    ([], Array("/tmp/\0x".utf8), [:], "holds a NUL"),
                    ([], Array("/nonexistent".utf8), [:], "The target \"/nonexistent\" can't be opened"),
                    ([], service.backups.bytes, [:], "where the service keeps its own files"),
                    ([], service.snapshots.bytes, [:], "where the service keeps its own files"),
                    ([Array("/etc".utf8)], target, [:], "The path \"/etc\" is absolute"),
                    ([Array("data/../x".utf8)], target, [:], "has the component \"..\""),
                    ([Array("data//x".utf8)], target, [:], "has an empty component"),
                    ([[]], target, [:], "is empty"), ([Array("data/\0".utf8)], target, [:], "holds a NUL"),
                    ([Array("other/x".utf8)], [], [:], "No source other is configured"),
                ]
                for (paths, target, options, reason) in refusals {
                    let error = await #expect(throws: DBusError.self) {
                        try await service.restore(id, paths, targetBytes: target, options)
                    }
                    #expect(
                        error?.name == "org.freedesktop.DBus.Error.InvalidArgs",
                        "\(reason): \(error.debugDescription)"
                    )
                    #expect(error?.message.contains(reason) == true, "\(reason): \(error.debugDescription)")
                }
                let missing = await #expect(throws: DBusError.self) {
                    try await service.restore(id + 1, targetBytes: target, [:])
                }
                #expect(missing?.name == "tech.noreya.Error.NotFound")
                #expect(try await service.status()["id"]?.integer() == SnapshotID(0))
                let result = try await service.bus.run(
                    [
                        "busctl", "--system", "--allow-interactive-authorization=no", "call", ServiceNames.backup,
                        ServiceNames.backupPath,
                        ServiceNames.backup, "Restore", "uaayaya{sv}", "\(id)", "0", "1", "47", "0",
                    ],
                    as: TestService.grantedUser
                )
                #expect(result.status == 1 && result.errors.contains("Access denied"), "\(result)")
            }
        }
    }

    @Test func `a directory that the caller opened is written to, and a read-only one is refused`() async throws {
        try await withService { service in
            try await shell("echo hello >'\(service.root)/broot/data/file'")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let target = try service.makeTarget()
                let opened = SharedDescriptor(try Descriptor.open(target, [.readOnly, .directory]))
                let status = try await service.restored(
                    id,
                    [Array("data/file".utf8)],
                    target: nil,
                    ["target-fd": .fileDescriptor(opened)]
                )
                #expect(try await shell("cat '\(target)/file'") == "hello\n", "\(status)")
                let names = status["last_restored"]?.propertyEntries?["targets"]?.elements?.compactMap(\.bytes)
                #expect(names == [Array("file".utf8)])
                let handle = SharedDescriptor(try Descriptor.open(target, [.pathOnly, .directory]))
                let error = await #expect(throws: DBusError.self) {
                    try await service.restore(id, targetBytes: [], ["target-fd": .fileDescriptor(handle)])
                }
                #expect(error?.message.contains("not a directory that is open for reading") == true)
                try await shell("mount --bind '\(target)' '\(target)'; mount -o remount,bind,ro '\(target)'")
                let readOnly = await #expect(throws: DBusError.self) {
                    try await service.restore(id, targetBytes: target.bytes, [:])
                }
                try await shell("umount '\(target)'")
                #expect(readOnly?.message.contains("is read-only for the service; pass the directory open") == true)
            }
        }
    }
}
