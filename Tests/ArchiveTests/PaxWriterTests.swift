import Archive
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

struct PaxWriterTests {
    /// What `body` writes, as a file.
    private func archive(
        at path: FilePath,
        zstdThreads: Int? = nil,
        _ body: (borrowing PaxWriter) throws -> Void
    ) throws {
        let file = try Descriptor.open(path, [.writeOnly, .create, .truncate], permissions: .ownerReadWrite)
        let writer = try PaxWriter.open(to: file.file, zstdThreads: zstdThreads)
        try body(writer)
        try writer.close()
    }

    private func entry(_ name: String, size: Int) throws -> ArchiveEntry {
        var entry = try ArchiveEntry()
        entry.setPath(EntryPath(name))
        entry.setRegularFile(size: size, modified: 1)
        return entry
    }

    @Test(arguments: [nil, 1, 2])
    func `what is written comes out of tar`(_ zstdThreads: Int?) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("a.tar")
            let content = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let buffer = ByteBuffer()
            try buffer.append(content)
            try archive(at: path, zstdThreads: zstdThreads) { writer in
                try writer.begin(try entry("file", size: content.count))
                try writer.write(buffer)
                try writer.end()
            }
            let zstd = zstdThreads == nil ? "" : "--zstd"
            try await shell("cd '\(directory)'; tar \(zstd) -xf a.tar")
            #expect(try Data(contentsOf: URL(filePath: directory.appending("file").string)) == Data(content))
        }
    }

    @Test func `a hole of a terabyte costs nothing`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("a.tar")
            try archive(at: path) { writer in
                var entry = try entry("file", size: 1 << 40)
                entry.setDataExtents([DataExtent(offset: 1 << 39, byteCount: 4096)])
                try writer.begin(entry)
                try writer.skip(1 << 39)
                let data = ByteBuffer()
                try data.append([UInt8](repeating: 1, count: 4096))
                try writer.write(data)
                try writer.skip((1 << 39) - 4096)
                try writer.end()
                entry.clear()
            }
            #expect(try Data(contentsOf: URL(filePath: path.string)).count < 20_000)
            let listing = try await shell("tar -tvf '\(path)'")
            #expect(listing.contains(" 1099511627776 "))
        }
    }

    @Test func `an archive that is given up does not end as a complete one does`() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending("a.tar")
            let file = try Descriptor.open(path, [.writeOnly, .create], permissions: .ownerReadWrite)
            do {
                let writer = try PaxWriter.open(to: file.file, zstdThreads: nil)
                try writer.begin(try entry("file", size: 1_000_000))
            }
            #expect(try Data(contentsOf: URL(filePath: path.string)).isEmpty)
        }
    }

    @Test func `a write that fails says why`() throws {
        let pipe = try Pipe.make().ends()
        let writer = try PaxWriter.open(to: pipe.read.file, zstdThreads: nil)
        try writer.begin(try entry("file", size: 1 << 20))
        let buffer = ByteBuffer()
        try buffer.append([UInt8](repeating: 0, count: 1 << 20))
        let error = #expect(throws: ArchiveError.self) { try writer.write(buffer) }
        #expect(error?.description.contains("Bad file descriptor") == true)
        #expect(error?.number == 9)
    }
}
