import ExportProtocol
import Linux
import SystemPackage
import TestSupport
import Testing

/// What an export leaves in the page cache.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(4)))
struct PageCacheTests {
    /// Runs `body` with a workplace on a filesystem of its own.
    private func withFilesystem(_ type: String, _ body: (Workplace) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let point = directory.appending("fs")
            try await shell(
                """
                truncate -s 1G \(point).image; mkfs.\(type) -q \(point).image
                mkdir \(point); mount -o loop \(point).image \(point)
                """
            )
            do {
                try await Workplace.with(in: point, body)
            } catch {
                _ = try? await shell("umount \(point) || umount -l \(point)")
                throw error
            }
            try await shell("umount \(point) || umount -l \(point)")
        }
    }

    /// The numbers of the pages of a file that are in the page cache.
    private func cachedPages(_ file: FilePath) throws -> Set<Int> {
        let file = try Descriptor.open(file, .readOnly)
        let byteCount = try Int(FileAttributes(of: file.file).size)
        var pages = Set(0..<(byteCount - 1) / pageByteCount + 1)
        for run in file.file.uncachedPages(offset: 0, byteCount: byteCount) {
            let first = Int(run.offset) / pageByteCount
            pages.subtract(first..<first + Int(run.byteCount) / pageByteCount)
        }
        return pages
    }

    /// Files of all sizes that the worker reads in different ways, and what others have read of each before.
    private static let files = """
        for size in 1 4096 100000 131072 131073 1000000 5000000 20000000; do
            for use in none some all; do head -c $size /dev/urandom > $use-$size; done
        done
        ln some-100000 other-name; truncate -s 100M none-sparse
        dd if=none-20000000 of=none-sparse bs=1M seek=50 conv=notrunc status=none
        sync -f .
        for file in *; do dd if=$file iflag=nocache count=0 status=none; done
        cat all-* > /dev/null
        """

    private func read(_ pages: some Sequence<Int>, of path: FilePath) throws {
        let file = try Descriptor.open(path, .readOnly)
        file.file.adviseReading(.exact)
        let buffer = ByteBuffer()
        for page in pages { _ = try buffer.read(from: file.file, at: UInt64(page * pageByteCount), byteCount: 1) }
    }

    @Test(arguments: ["btrfs", "ext4", "xfs"])
    func `what others have read stays in the cache, and what only the export has read does not`(
        type: String
    ) async throws {
        try await withFilesystem(type) { workplace in
            try await shell("mkdir '\(workplace.tree)'; cd '\(workplace.tree)'\n" + Self.files)
            for (size, pages) in [(100_000, 7..<9), (5_000_000, 300..<340), (20_000_000, 1023..<2100)] {
                try read(pages, of: workplace.tree.appending("some-\(size)"))
            }
            let names = try await shell("ls '\(workplace.tree)'").split(separator: "\n").map(String.init)
            var before: [String: Set<Int>] = [:]
            for name in names { before[name] = try cachedPages(workplace.tree.appending(name)) }
            #expect(before["none-20000000"] == [] && before["none-100000"] == [] && before["none-sparse"] == [])
            #expect(before["all-20000000"]?.count ?? 0 > 4000)
            #expect(257...1077 ~= before["some-20000000"]?.count ?? 0)
            try await workplace.export()
            for name in names {
                let after = try cachedPages(workplace.tree.appending(name))
                let before = before[name] ?? []
                #expect(after.subtracting(before).count == 0, "\(name)")
                // A few pages of a large file may be gone by themselves: the machine can take them back at any time.
                guard before.count > 256 else { continue }
                #expect(before.subtracting(after).count < before.count / 2, "\(name)")
            }
        }
    }
}
