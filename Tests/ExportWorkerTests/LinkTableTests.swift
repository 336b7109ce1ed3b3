import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

struct LinkTableTests {
    @Test func `later names of a file refer to the first, and a file with all names seen is forgotten`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; touch one alone; ln one two; ln one three")
            var table = LinkTable()
            func earlier(_ name: String) throws -> String? {
                let descriptor = try Descriptor.open(directory.appending(name), [.readOnly])
                return table.earlierName(of: try FileAttributes(of: descriptor.file), EntryPath(name))?.description
            }
            #expect(try earlier("alone") == nil)
            #expect(try earlier("alone") == nil)
            #expect(try earlier("two") == nil)
            #expect(try earlier("one") == "two")
            #expect(try earlier("three") == "two")
            #expect(try earlier("three") == nil)
        }
    }
}
