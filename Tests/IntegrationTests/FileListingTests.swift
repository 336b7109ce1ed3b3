import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// What is in the exports, as their indexes tell it over the bus.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct FileListingTests {
    @Test func `what is listed is what is in the snapshot, whatever the names are`() async throws {
        try await withService { service in
            try await TortureTree.small.make(at: service.root.appending("broot/data/odd"))
            try await service.withDaemon { _ in
                let id = try await service.exported()
                try await service.withBackups { backups in
                    try await service.untilIndexed(id, backups)
                    let expected = try await foundEntries(in: service.snapshots.appending("\(id)"))
                    var listed = try await backups.tree(of: id)
                    let linkCount = listed.count { $0.isHardLink }
                    for index in listed.indices { listed[index].isHardLink = false }
                    #expect(listed.map(\.path) == expected.entries.map(\.path))
                    for (found, entry) in zip(listed, expected.entries) { #expect(found == entry) }
                    #expect(linkCount == expected.linkCount)
                }
            }
        }
    }

    @Test func `a search finds the versions of a file in all exports, and says which it could not search`() async throws
    {
        try await withService { service in
            let notes = service.root.appending("broot/data/Notes")
            try await service.withDaemon { _ in
                try await service.withBackups { backups in
                    for version in 1...3 {
                        try await shell("mkdir -p \(notes); head -c \(version) /dev/zero > \(notes)/diary.txt")
                        try await service.untilIndexed(service.exported(), backups)
                    }
                    let found = try await backups.search("notes/diary")
                    #expect(found.matches.map(\.id) == [1, 2, 3])
                    #expect(found.matches.map(\.entry.size) == [1, 2, 3])
                    #expect(found.matches.allSatisfy { $0.entry.path == Array("data/Notes/diary.txt".utf8) })
                    #expect(
                        found.matches.allSatisfy { $0.exportCreated >= $0.snapshotCreated && $0.snapshotCreated > 0 }
                    )
                    #expect(found.unsearched == [])
                    // One that is deleted, one that is replaced, one that loses its index.
                    try await backups.delete(1)
                    _ = try await service.call(ServiceNames.backup, "Create", [.uint32(2), .string("another")])
                    _ = try await service.untilExported(2)
                    try await service.untilIndexed(2, backups)
                    try await shell("rm \(service.backups)/nexus_backup_3.index")
                    let again = try await backups.search("notes/diary")
                    #expect(again.matches.map(\.id) == [2])
                    #expect(again.unsearched.map(\.id) == [3])
                    await expectError(.notFound) { try await backups.files(1) }
                    await expectError(.unsupported) { try await backups.files(3) }
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
                #expect(names.filter { $0.contains("index") || $0.contains("entries") } == ["nexus_backup_2.index"])
                try service.expectNoEntries()
            }
        }
    }

    @Test func `a damaged index, and that of another export, are refused`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                try await service.withBackups { backups in
                    for _ in 1...2 { try await service.untilIndexed(service.exported(), backups) }
                    try await shell(
                        """
                        cd \(service.backups); cp nexus_backup_1.index nexus_backup_2.index
                        dd if=/dev/urandom of=nexus_backup_1.index bs=1000 seek=1 count=1 conv=notrunc status=none
                        head -c 100 /dev/zero | dd of=nexus_backup_1.index bs=1 conv=notrunc status=none
                        """
                    )
                    await expectError(.corrupt) { try await backups.files(1) }
                    await expectError(.unsupported) { try await backups.files(2) }
                    let found = try await backups.search("system")
                    #expect(found.unsearched.map(\.id) == [1, 2])
                    for text in ["", "ab", "x/y", String(repeating: "a", count: 5000)] {
                        await expectError(.invalidArgs) { try await backups.search(text) }
                    }
                    await expectError(.invalidArgs) { try await backups.files(1, FilePage(limit: 10_001)) }
                    await expectError(.invalidArgs) {
                        try await backups.search("abc", FilePage(limit: 1, offset: 10_001))
                    }
                }
            }
        }
    }

    @Test func `the commands show what is in the exports`() async throws {
        try await withService { service in
            try await shell(
                "cd \(service.root)/broot/data; printf 12345 > \"$(printf 'odd\\nname')\"; touch -d 2001-02-03T04:05Z odd*; chmod 4755 odd*"
            )
            try await service.withDaemon { _ in
                let id = try await service.exported()
                try await service.withBackups { try await service.untilIndexed(id, $0) }
                let program = try executableDirectory().appending("nexus-backup").string
                let address = ["--address", service.bus.address.text]
                let list = try await service.bus.run(
                    [program, "backup", "files", "\(id)", "data"] + address,
                    as: "root"
                )
                #expect(
                    list.output.contains("-rwsr-xr-x") && list.output.contains("5 B  2001-02-03 04:05  odd\\nname"),
                    "\(list)"
                )
                let search = try await service.bus.run([program, "backup", "search", "DD\nNA"] + address, as: "root")
                #expect(search.output.contains("5 B  data/odd\\nname"), "\(search)")
                let json = try await service.bus.run(
                    [program, "backup", "search", "nothing", "--json"] + address,
                    as: "root"
                )
                #expect(json.output.contains("\"matches\""), "\(json)")
                let missing = try await service.bus.run([program, "backup", "files", "77"] + address, as: "root")
                #expect(missing.status == BackupError.Code.notFound.exitStatus)
            }
        }
    }
}
