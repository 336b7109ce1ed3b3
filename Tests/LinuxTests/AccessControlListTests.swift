import Linux
import Testing

struct AccessControlListTests {
    private func decode(_ bytes: [UInt8]) -> AccessControlList? {
        bytes.withUnsafeBytes { AccessControlList(decoding: $0) }
    }

    @Test func `the kernel's form is decoded`() {
        let list = decode([
            2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 0, 40, 107, 238, 32, 0, 0, 0, 0, 0, 0, 0,
        ])
        #expect(list?.entries.map(\.subject) == [.owner, .user(4_000_000_000), .others])
        #expect(list?.entries.map(\.permissions) == [6, 4, 0])
    }

    @Test(
        arguments: [
            [], [2, 0, 0], [3, 0, 0, 0], [2, 0, 0, 0, 1], [2, 0, 0, 0, 3, 0, 6, 0, 0, 0, 0, 0],
            [2, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0],
        ] as [[UInt8]]
    )
    func `another form is not`(_ bytes: [UInt8]) {
        #expect(decode(bytes) == nil)
    }
}
