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
        isCompressed: Bool = false,
        _ body: (borrowing PaxWriter) throws -> Void
    ) throws {
        let file = try Descriptor.open(path, [.writeOnly, .create, .truncate], permissions: .ownerReadWrite)
        let writer = try PaxWriter.open(to: file.file, isCompressed: isCompressed)
        try body(writer)
        try writer.close()
    }

    private func entry(_ name: String, size: Int) throws -> ArchiveEntry {
        var entry = try ArchiveEntry()
        entry.setPath(EntryPath(name))
        entry.setRegularFile(size: size, modified: 1)
        return entry
    }

    @Test(arguments: [false, true])
    func `what is written comes out of tar`(_ isCompressed: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending("a.tar")
            let content = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let buffer = ByteBuffer()
            try buffer.append(content)
            try archive(at: path, isCompressed: isCompressed) { writer in
                try writer.begin(try entry("file", size: content.count))
                try writer.write(buffer)
                try writer.end()
            }
            let zstd = isCompressed ? "--zstd" : ""
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
                let writer = try PaxWriter.open(to: file.file)
                try writer.begin(try entry("file", size: 1_000_000))
            }
            #expect(try Data(contentsOf: URL(filePath: path.string)).isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `a write that fails says why`(_ isCompressed: Bool) throws {
        let pipe = try Pipe.make().ends()
        let buffer = ByteBuffer()
        try buffer.append((0..<1 << 20).map { _ in UInt8.random(in: 0...255) })
        let error = #expect(throws: ArchiveError.self) {
            let writer = try PaxWriter.open(to: pipe.read.file, isCompressed: isCompressed)
            try writer.begin(try entry("file", size: 8 << 20))
            for _ in 0..<8 { try writer.write(buffer) }
            try writer.end()
            try writer.close()
        }
        #expect(error?.description.contains("Bad file descriptor") == true)
        #expect(error?.number == 9)
    }
}
