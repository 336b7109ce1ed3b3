import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct FilesystemSpaceTests {
    @Test("The room that is left is the one that df(1) tells of", .needsRoot)
    func room() async throws {
        try await withBtrfsImage { directory async throws in
            let told = try await shell("df --block-size=1 --output=avail \(directory) | tail -n 1")
            let expected = try #require(UInt64(told.filter(\.isNumber)))
            #expect(try FilesystemSpace(under: directory).freeByteCount == expected)
        }
    }
}
