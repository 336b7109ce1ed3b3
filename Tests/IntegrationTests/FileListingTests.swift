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
                    let expected = try await entries(of: service.snapshots.appending("\(id)"))
                    var listed = try await tree(of: id, backups)
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
                    await expect(.notFound) { try await backups.files(1) }
                    await expect(.unsupported) { try await backups.files(3) }
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
                #expect(names.filter { $0.contains("index") || $0.contains("entries") } == ["nexus_backup_2.index"])
                try expectNoEntries(in: service)
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
                    await expect(.corrupt) { try await backups.files(1) }
                    await expect(.unsupported) { try await backups.files(2) }
                    let found = try await backups.search("system")
                    #expect(found.unsearched.map(\.id) == [1, 2])
                    for text in ["", "ab", "x/y", String(repeating: "a", count: 5000)] {
                        await expect(.invalidArgs) { try await backups.search(text) }
                    }
                    await expect(.invalidArgs) { try await backups.files(1, FilePage(limit: 10_001)) }
                    await expect(.invalidArgs) { try await backups.search("abc", FilePage(limit: 1, offset: 10_001)) }
                }
            }
        }
    }

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
                    try expectNoEntries(in: service)
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
                try expectNoEntries(in: service)
                #expect(try await service.exported() == 2)
                try await service.withBackups { backups in
                    for id: SnapshotID in 1...2 {
                        await expect(.unsupported, "index = false") { try await backups.files(id) }
                    }
                    await expect(.unsupported, "index = false") { try await backups.search("system") }
                }
            }
            try await service.withDaemon { _ in
                try await service.withBackups { backups in
                    let files = try await backups.files(1)
                    #expect(!files.isEmpty)
                    await expect(.unsupported, "index = true") { try await backups.files(2) }
                }
                let mode = try await shell("cd \(service.backups); stat -c %a:%U *.index; getfacl -cE *.index")
                #expect(mode.contains("600:root") && !mode.contains("user:\(TestService.grantedUser)"), "\(mode)")
            }
            try expectNoEntries(in: service)
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

    private func expect<Outcome>(
        _ code: BackupError.Code,
        _ text: String = ".",
        _ body: () async throws -> Outcome
    ) async {
        do {
            _ = try await body()
            Issue.record("it should have failed with \(code)")
        } catch {
            #expect((error as? BackupError)?.code == code, "\(error)")
            #expect((error as? BackupError)?.message.contains(text) == true, "\(error)")
        }
    }

    /// Where the worker keeps the entries aside.
    private func expectNoEntries(in service: TestService) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
        #expect(!names.contains { $0.contains("entries") }, "\(names)")
    }

    /// All entries of an export with their whole paths, in the order of the listings.
    private func tree(of id: SnapshotID, at path: [UInt8] = [], _ backups: BackupClient) async throws -> [FileEntry] {
        var entries: [FileEntry] = []
        for var entry in try await backups.files(id, at: path, FilePage(limit: 10_000)) {
            entry.path = path + (path.isEmpty ? [] : [UInt8(ascii: "/")]) + entry.path
            entries.append(entry)
            if entry.kind == .directory { entries += try await tree(of: id, at: entry.path, backups) }
        }
        return entries
    }

    /// What find(1) says of the sources in a snapshot, and how many further names files have.
    private func entries(of snapshot: FilePath) async throws -> (entries: [FileEntry], linkCount: Int) {
        let encoded = try await shell(
            """
            cd \(snapshot)
            find system data ! -type s -printf '%p\\0%y\\0%s\\0%m\\0%U\\0%G\\0%T@\\0%i\\0' | base64 -w 0
            """
        )
        let data = try #require(Data(base64Encoded: encoded))
        let fields = [UInt8](data).split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
        var (entries, inodes): ([FileEntry], [Set<String>]) = ([], [[], []])
        var nameCount = 0
        for start in stride(from: 0, to: fields.count - 7, by: 8) {
            let texts = fields[start..<(start + 8)].map { String(decoding: $0, as: UTF8.self) }
            let kinds: [String: FileEntry.Kind] = [
                "f": .file, "d": .directory, "l": .symbolicLink, "p": .fifo, "c": .characterDevice, "b": .blockDevice,
            ]
            let kind = try #require(kinds[texts[1]])
            let time = texts[6].split(separator: ".")
            entries.append(
                FileEntry(
                    path: fields[start],
                    kind: kind,
                    size: kind == .file || kind == .symbolicLink ? UInt64(texts[2]) ?? 0 : 0,
                    permissions: UInt32(texts[3], radix: 8) ?? 0,
                    userID: UInt32(texts[4]) ?? 0,
                    groupID: UInt32(texts[5]) ?? 0,
                    modified: Int64(time[0]) ?? 0,
                    modifiedNanoseconds: UInt32(time[1].prefix(9)) ?? 0
                )
            )
            guard kind != .directory else { continue }
            nameCount += 1
            inodes[texts[0].hasPrefix("data") ? 1 : 0].insert(texts[7])
        }
        func key(_ entry: FileEntry) -> [UInt8] { entry.path.map { $0 == UInt8(ascii: "/") ? 0 : $0 } }
        entries.sort { key($0).lexicographicallyPrecedes(key($1)) }
        return (entries, nameCount - inodes[0].count - inodes[1].count)
    }
}

extension TestService {
    /// Takes a snapshot and exports it.
    func exported() async throws -> SnapshotID {
        let id = try await createSnapshot()
        _ = try await call(ServiceNames.backup, "Create", [.uint32(id), .string(Self.password)])
        let outcome = try await untilExported(id)
        guard outcome.result == "done" else { throw Unexpected("the export failed: \(outcome.error)") }
        return id
    }

    /// Uses a client as root.
    func withBackups<Outcome: Sendable>(_ body: (BackupClient) async throws -> Outcome) async throws -> Outcome {
        let connection = try await bus.connect()
        do {
            let outcome = try await body(BackupClient(connection: connection))
            await connection.close()
            return outcome
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Returns when the index of the export of `id` is complete.
    func untilIndexed(_ id: SnapshotID, _ backups: BackupClient) async throws {
        try await eventually("the index of \(id); the daemon said: \(logText())") {
            do {
                _ = try await backups.files(id)
                return true
            } catch {
                guard (error as? BackupError)?.code == .busy else { throw error }
                return false
            }
        }
    }
}
