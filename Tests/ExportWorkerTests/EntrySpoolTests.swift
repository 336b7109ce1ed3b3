import ExportProtocol
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

struct EntrySpoolTests {
    @Test func `each record holds what differs from the path before it, and the end how many there are`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending("entries")
            let output = try Descriptor.open(directory, [.readOnly, .directory])
            var spool = try EntrySpool.start(path, output: output.file)
            let entry = EntryPath("data")
            let attributes = try FileAttributes(of: output.file)
            spool.add(entry, attributes, isHardLink: false)
            entry.append("file")
            spool.add(entry, attributes, isHardLink: true)
            spool.end()
            #expect(spool.failure == nil)
            let bytes = try Descriptor.open(path, .readOnly).readAll(limit: 4096)
            let record = EntrySpoolFormat.recordByteCount
            let second = EntrySpoolFormat.headerByteCount + record + 4
            #expect(bytes.count == second + record + 5 + EntrySpoolFormat.endByteCount)
            #expect(bytes.starts(with: EntrySpoolFormat.magic))
            #expect(Array(bytes[second..<(second + 8)]) == [4, 0, 0, 0, 5, 0, 0, 0])
            #expect(bytes[second + record - 1] == EntrySpoolFormat.hardLinkFlag)
            #expect(Array(bytes[(second + record)..<(second + record + 5)]) == Array("/file".utf8))
            #expect(Array(bytes.suffix(12)) == [0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 0, 0, 0])
        }
    }

    @Test func `a file that is there is not written to`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending("entries")
            _ = try Descriptor.open(path, [.writeOnly, .create], permissions: .ownerReadWrite)
            #expect(throws: LinuxError.self) { _ = try EntrySpool.start(path, output: .standardOutput) }
        }
    }
}
