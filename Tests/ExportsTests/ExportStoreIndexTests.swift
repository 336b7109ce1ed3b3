import BackupModel
import ExportProtocol
import FileIndex
import Linux
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Exports

/// The state a crash leaves after each step of the making of an index, and what a start makes of it.
@Suite(.timeLimit(.minutes(2)))
struct ExportStoreIndexTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The steps from the end of the worker to the index in its place.
    enum Step: Int, CaseIterable, Comparable {
        case spooled, published, building, renamed, done

        static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    private static let whole = [
        "nexus_backup_7.index", "nexus_backup_7.json", "nexus_backup_7.tar.gpg", "nexus_backup_7.tar.gpg.sha256",
    ]

    /// Leaves `store` as an export that holds the directory `name`, and was cut off right after `last`.
    private func export(_ name: String, upTo last: Step, in store: ExportStore) async throws {
        let partial = try store.createPartial(7)
        try partial.duplicate().write(Array(name.utf8))
        let status = try partial.status()
        try spool(name, inode: status.inode, in: store)
        guard last > .spooled else { return }
        try store.publish(
            partial,
            ExportRecord(
                id: 7,
                description: name,
                snapshotCreated: 1,
                created: 2,
                size: status.size,
                sha256: name,
                entryCount: 1,
                leftOut: [],
                leftOutCount: 0,
                inode: status.inode
            )
        )
        guard last > .published else { return }
        let folder = try store.openDirectory()
        guard last > .building else {
            _ = try store.stage(Array("half an index".utf8), as: .init(ExportName.partialIndex(7)), in: folder)
            return
        }
        await index(store)
        if last == .renamed { try spool(name, inode: status.inode, in: store) }
    }

    /// Leaves the records of one directory.
    private func spool(_ name: String, inode: UInt64, in store: ExportStore) throws {
        func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let size = UInt64(name.utf8.count)
        var contents = EntrySpoolFormat.magic + bytes(inode, 8)
        contents += bytes(0, 4) + bytes(size, 4) + bytes(0o040755, 4) + bytes(0, 29) + Array(name.utf8)
        contents += bytes(UInt64(EntrySpoolFormat.endMark), 4) + bytes(1, 8)
        let folder = try Descriptor.open(store.spoolDirectory, [.readOnly, .directory])
        _ = try store.stage(contents, as: .init(ExportName.entries(7, inode: inode)), in: folder)
    }

    private func index(_ store: ExportStore) async {
        guard let program = try? executableDirectory().appending("nexus-index") else { return }
        await IndexProcess(executable: program, store: store, logger: logger).run(7)
    }

    /// What a start does.
    private func start(_ store: ExportStore) async throws {
        _ = try store.recover()
        let ids = try store.idsToIndex()
        #expect(ids == [7] || ids == [])
        if ids == [7] { await index(store) }
    }

    /// What is in the directory of exports and in that for what is kept aside.
    private func names(_ store: ExportStore) throws -> [String] {
        let spool = try Descriptor.open(store.spoolDirectory, [.readOnly, .directory])
        return try (store.openDirectory().entryNames() + spool.entryNames()).map(\.string).sorted()
    }

    /// A store in `directory`, which keeps aside in another one.
    private func store(in directory: FilePath) throws -> ExportStore {
        let spool = directory.appending("spool")
        try makeDirectories(spool, permissions: .ownerReadWriteExecute)
        return try ExportStore.open(directory.appending("exports"), spoolDirectory: spool, logger: logger)
    }

    @Test(arguments: Step.allCases)
    func `an export that was cut off while its index was made has one after the next start`(step: Step) async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("new", upTo: step, in: store)
            try await start(store)
            let left = try names(store)
            #expect(left == (step >= .published ? Self.whole : []))
            guard step >= .published else { return }
            let listed = try store.openIndex(7).list([], FilePage(limit: 10))
            #expect(listed.map(\.path) == [Array("new".utf8)])
        }
    }

    @Test(arguments: Step.allCases)
    func `the index of a repeated export that was cut off is that of the data that is there`(step: Step) async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("the old one", upTo: .done, in: store)
            try await export("new", upTo: step, in: store)
            try await start(store)
            let left = try names(store)
            #expect(left == Self.whole)
            let listed = try store.openIndex(7).list([], FilePage(limit: 10))
            #expect(listed.map(\.path) == [Array((step >= .published ? "new" : "the old one").utf8)])
        }
    }

    @Test func `an index is not given its name when its export was deleted or replaced meanwhile`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("old", upTo: .published, in: store)
            let subject = try #require(try store.indexSubject(7))
            try await export("new", upTo: .building, in: store)
            try store.publishIndex(of: subject)
            let replaced = try names(store).filter { !$0.contains(".entries-") }
            #expect(replaced == Array(Self.whole.dropFirst()))
            try await export("newer", upTo: .done, in: store)
            try store.delete(7)
            let deleted = try names(store)
            #expect(deleted == [])
        }
    }

    @Test func `the records of an export stay while another one of the same id is made, which may fail`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("old", upTo: .published, in: store)
            try await export("new", upTo: .spooled, in: store)
            let both = try store.indexRequest(7)
            #expect(try both?.subject == store.indexSubject(7))
            #expect(try names(store).filter { $0.contains(".entries-") }.count == 2)
            store.discardPartial(7)
            #expect(try names(store).filter { $0.contains(".entries-") }.count == 1)
            await index(store)
            #expect(try names(store) == Self.whole)
            #expect(try store.openIndex(7).list([], FilePage(limit: 10)).map(\.path) == [Array("old".utf8)])
        }
    }

    @Test func `the index of an export that is replaced meanwhile leaves the records of the next one alone`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("old", upTo: .published, in: store)
            let old = try #require(try store.indexSubject(7))
            try await export("new", upTo: .building, in: store)
            try store.publishIndex(of: old)
            await index(store)
            #expect(try names(store) == Self.whole)
            #expect(try store.openIndex(7).list([], FilePage(limit: 10)).map(\.path) == [Array("new".utf8)])
        }
    }

    @Test func `records that no index can be made of go, and the export says that it has none`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("new", upTo: .published, in: store)
            let inode = try #require(try store.indexSubject(7)).inode
            try Descriptor.open(store.entries(7, inode: inode), [.writeOnly, .truncate]).write([1, 2, 3])
            await index(store)
            let left = try names(store)
            #expect(left == Array(Self.whole.dropFirst()))
            let error = #expect(throws: BackupError.self) { try store.openIndex(7) }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `at a start an index without its export goes, as does that of an earlier one`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("old", upTo: .done, in: store)
            let folder = try store.openDirectory()
            let name = FilePath(ExportName.index(7))
            let old = try folder.open(name, .readOnly).readAll(limit: 1 << 20)
            // As if the service had ended between the new export's last name and the removal of the earlier index.
            try await export("new", upTo: .published, in: store)
            _ = try store.stage(old, as: name, in: folder)
            _ = try store.stage(old, as: .init(ExportName.index(8)), in: folder)
            store.discardEntries(7)
            let refusal = #expect(throws: BackupError.self) { try store.openIndex(7) }
            #expect(refusal?.code == .unsupported)
            #expect(refusal?.message.contains("index = true") == true)
            try await start(store)
            let left = try names(store)
            #expect(left == Array(Self.whole.dropFirst()))
        }
    }

    @Test func `an export that was copied back has its index again once it was verified`() async throws {
        try await withTemporaryDirectory { directory in
            let store = try store(in: directory)
            try await export("new", upTo: .done, in: store)
            try await shell("cd '\(store.directory)'; cp nexus_backup_7.tar.gpg x; mv x nexus_backup_7.tar.gpg")
            #expect(throws: BackupError.self) { try store.openIndex(7) }
            try await start(store)
            let record = try #require(try store.recordToVerify(7))
            try store.noteVerification(7, of: record, at: 5)
            let listed = try store.openIndex(7).list([], FilePage(limit: 10))
            #expect(listed.map(\.path) == [Array("new".utf8)])
        }
    }
}
