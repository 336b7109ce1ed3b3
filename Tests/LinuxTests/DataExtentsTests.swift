import Linux
import SystemPackage
import TestSupport
import Testing

struct DataExtentsTests {
    private func extents(_ script: String, limit: Int = .max) async throws -> [DataExtent] {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("file")
            try await shell("cd '\(directory)'; " + script)
            let descriptor = try Descriptor.open(file, [.readOnly])
            return try descriptor.file.dataExtents(size: FileAttributes(of: descriptor.file).size, limit: limit)
        }
    }

    @Test func `a file without holes is one extent`() async throws {
        #expect(try await extents("head -c 10000 /dev/urandom >file") == [DataExtent(offset: 0, byteCount: 10000)])
    }

    @Test func `an empty file and a file that is one hole have none`() async throws {
        #expect(try await extents(": >file") == [])
        #expect(try await extents("truncate -s 1T file") == [])
    }

    @Test func `holes at the start, in the middle and at the end are found`() async throws {
        let script =
            "for i in 16 64; do head -c 4096 /dev/urandom | dd of=file bs=64k seek=$i conv=notrunc; done 2>/dev/null;"
        let expected = [DataExtent(offset: 1 << 20, byteCount: 4096), DataExtent(offset: 4 << 20, byteCount: 4096)]
        #expect(try await extents(script + "truncate -s 10M file") == expected)
    }

    @Test func `too many extents become fewer by taking the shortest holes for data`() async throws {
        let script =
            "for i in $(seq 0 2 200) 10000; do echo x | dd of=file bs=4k seek=$i conv=notrunc; done 2>/dev/null"
        let all = try await extents(script)
        #expect(all.count == 102)
        let few = try await extents(script, limit: 10)
        #expect(few == [DataExtent(offset: 0, byteCount: 201 * 4096), DataExtent(offset: 40_960_000, byteCount: 2)])
    }
}
