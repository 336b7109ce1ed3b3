import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot)
struct FileDescriptorPageCacheTests {
    private static let page = Int64(pageByteCount)

    /// Runs `body` with a synced file of ten pages and a byte, none of which is in the page cache.
    private func withFile(_ body: (FileDescriptor) throws -> Void) async throws {
        try await withBtrfsImage { directory in
            let path = directory.appending("file")
            try await shell("head -c \(10 * Self.page + 1) /dev/urandom > \(path); sync \(path)")
            let file = try Descriptor.open(path, .readOnly)
            file.file.dropFromCache(.all)
            file.file.adviseReading(.exact)
            try body(file.file)
        }
    }

    private func uncached(_ file: FileDescriptor) -> [PageRun] {
        file.uncachedPages(offset: 0, byteCount: Int(10 * Self.page) + 1)
    }

    @Test func `pages are told to be cached once they were read, and no more once they are dropped`() async throws {
        try await withFile { file in
            let page = Self.page
            let all = [PageRun(offset: 0, byteCount: 11 * page)]
            #expect(uncached(file) == all)
            let buffer = ByteBuffer()
            _ = try buffer.read(from: file, at: UInt64(2 * page), byteCount: Int(page) + 1)
            let around = [PageRun(offset: 0, byteCount: 2 * page), PageRun(offset: 4 * page, byteCount: 7 * page)]
            #expect(uncached(file) == around)
            #expect(file.uncachedPages(offset: 2 * page, byteCount: Int(2 * page)) == [])
            if let count = file.cachedPageCount { #expect(count == 2) }
            let one = PageRun(offset: 2 * page, byteCount: page)
            file.dropFromCache(one)
            #expect(file.uncachedPages(offset: 2 * page, byteCount: Int(2 * page)) == [one])
            file.dropFromCache(.all)
            #expect(uncached(file) == all)
            _ = try buffer.read(from: file, at: 0, byteCount: Int(11 * page))
            #expect(uncached(file) == [])
        }
    }

    @Test func `what is cached is read from the cache`() async throws {
        try await withFile { file in
            let buffer = ByteBuffer()
            #expect(try buffer.readCached(from: file, limit: 1) == 0)
            let size = Int(10 * Self.page) + 1
            _ = try buffer.read(from: file, at: 0, byteCount: size)
            buffer.clear()
            #expect(try buffer.readCached(from: file, limit: Int(Self.page)) == Int(Self.page))
            #expect(try buffer.readCached(from: file, limit: 2 * size) == size - Int(Self.page))
            #expect(try buffer.readCached(from: file, limit: 1) == 0)
            #expect(buffer.count == size)
        }
    }

    @Test func `of what has no pages nothing is told`() throws {
        let file = try Descriptor.open("/proc/self/status", .readOnly)
        #expect(file.file.uncachedPages(offset: -1, byteCount: 4096) == [])
        #expect(file.file.uncachedPages(offset: 0, byteCount: 0) == [])
        #expect(try ByteBuffer().readCached(from: file.file, limit: 1) == nil)
    }
}
