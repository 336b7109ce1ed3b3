import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// When there is an index of an export, and that nothing else is left of making one.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct FileIndexingTests {
    @Test func `an export to a descriptor, and one that is cancelled, leave nothing of an index`() async throws {
        try await withService { service in
            try await shell("head -c 20000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                let slow = Value.properties(["password": .string("secret"), "max-rate": .uint64(1_000_000)])
                let file = SharedDescriptor(
                    try Descriptor.open(
                        service.root.appending("out"),
                        [.writeOnly, .create],
                        permissions: .ownerReadWrite
                    )
                )
                for arguments in [[Value.uint32(id), .fileDescriptor(file), slow], [.uint32(id), slow]] {
                    let method = arguments.count == 3 ? "Export" : "CreateWithOptions"
                    _ = try await service.call(ServiceNames.backup, method, arguments)
                    try await eventually("bytes") { try await service.status()["bytes_done"]?.integer() != 0 }
                    let names = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
                    #expect(names.contains { $0.contains("entries") } == (arguments.count == 2))
                    _ = try await service.call(ServiceNames.backup, "Cancel")
                    #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
                    try service.expectNoEntries()
                }
            }
        }
    }

    @Test func `where the configuration wants no indexes there are none, and the error names the key`() async throws {
        try await withService { service in
            let options = try service.configuration("[export]\nindex = false\n")
            try await service.withDaemon { _ in
                try await service.withBackups { try await service.untilIndexed(service.exported(), $0) }
            }
            // What a crash has left goes also where it is no longer wanted.
            try await shell("echo x > \(service.snapshots)/.nexus_backup_1.entries-5.partial")
            try await service.withDaemon(options: options) { _ in
                try service.expectNoEntries()
                #expect(try await service.exported() == 2)
                try await service.withBackups { backups in
                    for id: SnapshotID in 1...2 {
                        await expectError(.unsupported, "index = false") { try await backups.files(id) }
                    }
                    await expectError(.unsupported, "index = false") { try await backups.search("system") }
                }
            }
            try await service.withDaemon { _ in
                try await service.withBackups { backups in
                    let files = try await backups.files(1)
                    #expect(!files.isEmpty)
                    await expectError(.unsupported, "index = true") { try await backups.files(2) }
                }
                let mode = try await shell("cd \(service.backups); stat -c %a:%U *.index; getfacl -cE *.index")
                #expect(mode.contains("600:root") && !mode.contains("user:\(TestService.grantedUser)"), "\(mode)")
            }
            try service.expectNoEntries()
        }
    }
}
