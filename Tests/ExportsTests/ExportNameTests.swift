import Testing

@testable import Exports

struct ExportNameTests {
    @Test(arguments: [1, 7, 4_294_967_295] as [UInt32])
    func `every name leads back to its id`(id: UInt32) {
        #expect(ExportName.id(ofData: ExportName.data(id)) == id)
        #expect(ExportName.id(ofRecord: ExportName.record(id)) == id)
        #expect(ExportName.id(ofPartialData: ExportName.partialData(id)) == id)
        #expect(ExportName.id(ofStagedRecord: ExportName.stagedRecord(id)) == id)
        #expect(ExportName.id(ofChecksum: ExportName.checksum(id)) == id)
        #expect(ExportName.id(ofStagedChecksum: ExportName.stagedChecksum(id)) == id)
        #expect(ExportName.id(ofIndex: ExportName.index(id)) == id)
        #expect(ExportName.id(ofPartialIndex: ExportName.partialIndex(id)) == id)
        #expect(ExportName.id(ofEntries: ExportName.entries(id, inode: .max)) == id)
        #expect(ExportName.id(ofData: ExportName.checksum(id)) == nil)
    }

    @Test(arguments: [
        "nexus_backup_.tar.gpg", "nexus_backup_0.tar.gpg", "nexus_backup_07.tar.gpg", "nexus_backup_-1.tar.gpg",
        "nexus_backup_+1.tar.gpg", "nexus_backup_4294967296.tar.gpg", "nexus_backup_1.tar.gpg.partial",
        "nexus_backup_1.tar", "nexus_backup_1 .tar.gpg", "nexus_backup_١.tar.gpg", ".nexus_backup_1.tar.gpg", "",
    ])
    func `a name that is almost right is nobody's`(name: String) {
        #expect(ExportName.id(ofData: name) == nil)
    }

    @Test(arguments: [
        ".nexus_backup_1.entries-.partial", ".nexus_backup_1.entries-07.partial", ".nexus_backup_1.entries-7",
        ".nexus_backup_0.entries-7.partial", "nexus_backup_1.entries-7.partial", ".nexus_backup_1.entries.partial",
    ])
    func `records of entries tell of what data they are`(name: String) {
        #expect(ExportName.id(ofEntries: name) == nil)
    }

    @Test func `the finished file has the name that callers rely on`() {
        #expect(ExportName.data(7) == "nexus_backup_7.tar.gpg")
        #expect(ExportName.partialData(7) == ".nexus_backup_7.tar.gpg.partial")
    }
}
