import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct DescriptorSpaceTests {
    @Test("The room that is left is the one that df(1) tells of", .needsRoot)
    func room() async throws {
        try await withBtrfsImage { directory async throws in
            let descriptor = try Descriptor.open(directory, [.readOnly, .directory])
            let told = try await shell("df --block-size=1 --output=avail \(directory) | tail -n 1")
            let expected = try #require(UInt64(told.filter(\.isNumber)))
            #expect(try descriptor.availableByteCount() == expected)
        }
    }
}
