import Digest
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

struct LinkTableTests {
    @Test func `later names of a file refer to the first, and a file with all names seen is forgotten`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; touch one alone; ln one two; ln one three")
            var table = try LinkTable(in: directory)
            func attributes(_ name: String) throws -> FileAttributes {
                let descriptor = try Descriptor.open(directory.appending(name), [.readOnly])
                return try FileAttributes(of: descriptor.file)
            }
            var hash = try ContentHash()
            hash.start(holeByteCount: 0)
            let digest = hash.finish()
            for name in ["alone", "alone", "two"] {
                let earlier = try table.earlier(attributes(name))
                #expect(earlier == nil)
                try table.remember(attributes(name), EntryPath(name), digest)
            }
            for name in ["one", "three"] {
                let earlier = try table.earlier(attributes(name))
                #expect(earlier?.path.description == "two")
                #expect(earlier?.digest == digest)
            }
            let earlier = try table.earlier(attributes("three"))
            #expect(earlier == nil)
        }
    }

    @Test func `a file without a digest, and one whose holes were not read, are remembered as such`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; mkfifo one; ln one two; touch three; ln three four")
            var table = try LinkTable(in: directory)
            let folder = try Descriptor.open(directory, [.readOnly, .directory])
            let (fifo, sparse) = (
                try FileAttributes(of: EntryPath("one"), in: folder.file),
                try FileAttributes(of: EntryPath("three"), in: folder.file)
            )
            var hash = try ContentHash()
            hash.start(holeByteCount: .max)
            let digest = hash.finish()
            try table.remember(fifo, EntryPath("one"), nil)
            try table.remember(sparse, EntryPath("three"), digest)
            let (first, second) = (try table.earlier(fifo), try table.earlier(sparse))
            #expect(first?.path.description == "one")
            #expect(first?.digest == nil)
            #expect(second?.digest == digest)
            #expect(second?.digest?.isOfDataOnly == true)
        }
    }
}
