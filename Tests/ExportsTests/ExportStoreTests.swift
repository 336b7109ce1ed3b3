import BackupModel
import Linux
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Exports

struct ExportStoreTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Writes `contents` as a worker would and publishes it.
    private func export(_ id: SnapshotID, _ contents: String, in store: ExportStore) throws {
        let partial = try store.createPartial(id)
        try partial.duplicate().write(Array(contents.utf8))
        try store.publish(partial, record(id, contents, partial))
    }

    private func record(_ id: SnapshotID, _ contents: String, _ file: SharedDescriptor) throws -> ExportRecord {
        ExportRecord(
            id: id,
            description: contents,
            snapshotCreated: 1,
            created: 2,
            size: UInt64(contents.utf8.count),
            sha256: "00",
            entryCount: 3,
            leftOut: [],
            leftOutCount: 0,
            inode: try file.status().inode
        )
    }

    private func names(_ store: ExportStore) throws -> [String] {
        try store.openDirectory().entryNames().map(\.string).sorted()
    }

    @Test func `a published export is listed with what its record says`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory.appending("backups"), spoolDirectory: directory, logger: logger)
            try export(7, "seven", in: store)
            let list = try store.list()
            #expect(list.map(\.id) == [7])
            #expect(list.first?.description == "seven")
            #expect(list.first?.size == 5)
            #expect(list.first?.name == "nexus_backup_7.tar.gpg")
            #expect(list.first?.path == directory.appending("backups/nexus_backup_7.tar.gpg").string)
            #expect(
                try names(store) == ["nexus_backup_7.json", "nexus_backup_7.tar.gpg", "nexus_backup_7.tar.gpg.sha256"]
            )
        }
    }

    @Test func `the directory lets others pass but not look`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(
                directory.appending("a/b/backups"),
                spoolDirectory: directory,
                logger: logger
            )
            #expect(try store.openDirectory().status().permissions == 0o711)
        }
    }

    @Test func `a second export of an id takes the place of the first`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export(7, "first", in: store)
            try export(7, "the second", in: store)
            #expect(try store.list().map(\.description) == ["the second"])
        }
    }

    @Test func `deleting removes file and record, and what is not there is not found`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export(7, "seven", in: store)
            try store.delete(7)
            #expect(try names(store) == [])
            let error = #expect(throws: BackupError.self) { try store.delete(7) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func `what is opened can only be read, and stays there when the export goes`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export(7, "seven", in: store)
            let file = try store.openFinished(7)
            #expect(try !file.isWritable())
            try export(7, "another", in: store)
            try store.delete(7)
            #expect(try file.duplicate().readAll(limit: 100) == Array("seven".utf8))
            #expect(throws: LinuxError.self) { try file.duplicate().write([1]) }
        }
    }

    @Test func `what is no finished export is not opened`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try makeDirectories(directory.appending("nexus_backup_1.tar.gpg"), permissions: .ownerReadWriteExecute)
            try symlink("/etc/passwd", at: directory.appending("nexus_backup_2.tar.gpg"))
            try await shell("mkfifo \(directory)/nexus_backup_3.tar.gpg")
            _ = try store.createPartial(4)
            for id in SnapshotID(1)...5 {
                let error = #expect(throws: BackupError.self) { try store.openFinished(id) }
                #expect(error?.code == .notFound, "\(id)")
            }
        }
    }

    @Test func `data without its own record is listed with what the file tells`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export(7, "seven", in: store)
            let folder = try store.openDirectory()
            try folder.removeFile("nexus_backup_7.tar.gpg")
            try folder.open("nexus_backup_7.tar.gpg", [.writeOnly, .create], permissions: .ownerReadWrite).write([
                1, 2, 3,
            ])
            let list = try store.list()
            #expect(list.first?.size == 3)
            #expect(list.first?.sha256 == "")
            #expect(list.first?.description == "")
        }
    }

    @Test func `hostile names and types in the directory are not exports`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try makeDirectories(directory.appending("nexus_backup_1.tar.gpg"), permissions: .ownerReadWriteExecute)
            try symlink("/etc/passwd", at: directory.appending("nexus_backup_2.tar.gpg"))
            try export(3, "three", in: store)
            let folder = try store.openDirectory()
            try folder.removeFile("nexus_backup_3.json")
            try symlink("/dev/zero", at: directory.appending("nexus_backup_3.json"))
            #expect(try store.list().map(\.id) == [3])
            #expect(try store.list().first?.sha256 == "")
            #expect(try store.largestID() == 3)
        }
    }

    @Test func `a record too large or malformed is passed over`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            for bytes in [[UInt8]](arrayLiteral: Array("{".utf8), [0xFF], .init(repeating: 0x20, count: 2 << 20)) {
                try export(7, "seven", in: store)
                let folder = try store.openDirectory()
                try folder.removeFile("nexus_backup_7.json")
                try folder.open("nexus_backup_7.json", [.writeOnly, .create], permissions: .ownerReadWrite).write(bytes)
                #expect(try store.list().map(\.sha256) == [""])
            }
        }
    }
}
