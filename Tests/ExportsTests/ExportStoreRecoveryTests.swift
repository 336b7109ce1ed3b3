import BackupModel
import Linux
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Exports

/// The state a crash leaves after each step of an export, and what a start makes of it.
struct ExportStoreRecoveryTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The steps from the start of an export to its end, as the store takes them.
    enum Step: Int, CaseIterable, Comparable {
        case marked, created, written, staged, checksumStaged, renamed, recorded, checksumRenamed

        static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// The files of an export.
    private static let whole = ["nexus_backup_7.json", "nexus_backup_7.tar.gpg", "nexus_backup_7.tar.gpg.sha256"]

    private func record(_ contents: String, inode: UInt64) -> ExportRecord {
        ExportRecord(
            id: 7,
            description: contents,
            snapshotCreated: 1,
            created: 2,
            size: UInt64(contents.utf8.count),
            sha256: contents,
            entryCount: 3,
            leftOut: [],
            leftOutCount: 0,
            inode: inode
        )
    }

    /// Leaves `store` as an export of `contents` that was cut off right after `last`.
    private func export(_ contents: String, upTo last: Step, in store: ExportStore) throws {
        try store.mark(JobMark(id: 7, started: 1))
        guard last > .marked else { return }
        let partial = try store.createPartial(7)
        guard last > .created else { return }
        try partial.duplicate().write(Array(contents.utf8))
        guard last > .written else { return }
        let folder = try store.openDirectory()
        let staged = try folder.open(
            .init(ExportName.stagedRecord(7)),
            [.writeOnly, .create],
            permissions: .ownerReadWrite
        )
        try staged.write(record(contents, inode: partial.status().inode).encoded())
        guard last > .staged else { return }
        _ = try store.stage(
            record(contents, inode: 0).checksumLine,
            as: .init(ExportName.stagedChecksum(7)),
            in: folder
        )
        guard last > .checksumStaged else { return }
        try folder.rename(.init(ExportName.partialData(7)), to: .init(ExportName.data(7)))
        guard last > .renamed else { return }
        try folder.rename(.init(ExportName.stagedRecord(7)), to: .init(ExportName.record(7)))
        guard last > .recorded else { return }
        try folder.rename(.init(ExportName.stagedChecksum(7)), to: .init(ExportName.checksum(7)))
    }

    @Test(arguments: Step.allCases)
    func `a first export that was cut off is whole or gone`(step: Step) throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export("new", upTo: step, in: store)
            #expect(try store.recover() == JobMark(id: 7, started: 1))
            #expect(try store.list().map(\.sha256) == (step >= .renamed ? ["new"] : []))
            let names = try store.openDirectory().entryNames().map(\.string).sorted()
            #expect(names == (step >= .renamed ? Self.whole : []))
            if step >= .renamed {
                let checksum = try Descriptor.open(directory.appending("nexus_backup_7.tar.gpg.sha256"), .readOnly)
                #expect(try checksum.readAll(limit: 100) == Array("new  nexus_backup_7.tar.gpg\n".utf8))
            }
            #expect(try store.recover() == nil)
        }
    }

    @Test(arguments: Step.allCases)
    func `a repeated export that was cut off leaves the old one or the new one with its own record`(step: Step) throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try export("the old one", upTo: .checksumRenamed, in: store)
            try export("new", upTo: step, in: store)
            _ = try store.recover()
            let list = try store.list()
            #expect(list.map(\.sha256) == [step >= .renamed ? "new" : "the old one"])
            #expect(list.map(\.description) == list.map(\.sha256))
            #expect(try store.openDirectory().entryNames().map(\.string).sorted() == Self.whole)
            let checksum = try Descriptor.open(directory.appending("nexus_backup_7.tar.gpg.sha256"), .readOnly)
            let digest = step >= .renamed ? "new" : "the old one"
            #expect(try checksum.readAll(limit: 100) == Array("\(digest)  nexus_backup_7.tar.gpg\n".utf8))
        }
    }

    @Test func `a record without its data goes, and what is not ours stays`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            let folder = try store.openDirectory()
            for name in ["nexus_backup_9.json", "nexus_backup_9.tar.gpg.sha256", "notes.txt", ".hidden"] as [FilePath] {
                _ = try folder.open(name, [.writeOnly, .create], permissions: .ownerReadWrite).release().close()
            }
            #expect(try store.recover() == nil)
            #expect(try folder.entryNames().map(\.string).sorted() == [".hidden", "notes.txt"])
        }
    }

    @Test func `a mark that was cut short tells of no job`() throws {
        try withTemporaryDirectory { directory in
            let store = try ExportStore.open(directory, spoolDirectory: directory, logger: logger)
            try store.openDirectory().open(JobMark.name, [.writeOnly, .create], permissions: .ownerReadWrite).write([
                0x7B
            ])
            #expect(try store.recover() == nil)
            #expect(try store.openDirectory().entryNames() == [])
        }
    }
}
