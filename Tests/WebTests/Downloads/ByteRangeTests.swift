import Testing

@testable import Web

@Suite struct ByteRangeTests {
    @Test(
        "One range is heeded",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=0-", 0..<100), ("bytes=99-", 99..<100),
            ("bytes=10-19", 10..<20), ("bytes=10-1000", 10..<100), ("bytes=-1", 99..<100), ("bytes=-1000", 0..<100),
            ("BYTES=1-2", 1..<3), ("bytes= 1-2 ", 1..<3), ("bytes=0-99999999999999999999999", 0..<100),
        ] as [(String, Range<UInt64>)]
    )
    func heeded(field: String, range: Range<UInt64>) {
        #expect(ByteRange(field, size: 100) == .part(range))
    }

    @Test(
        "What is past the end can't be satisfied",
        arguments: ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"]
    )
    func unsatisfiable(field: String) {
        #expect(ByteRange(field, size: 100) == .unsatisfiable)
    }

    @Test(
        "What is not understood, and several ranges, are answered with everything",
        arguments: [
            "", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=+1-2", "bytes=0x1-2",
            "items=1-2", "bytes=1--2", "bytes=1 2-3", "bytes=１-2",
        ]
    )
    func ignored(field: String) {
        #expect(ByteRange(field, size: 100) == .whole)
    }

    @Test("Offsets past 4 GiB are exact")
    func large() {
        let size: UInt64 = 10 << 40
        #expect(ByteRange("bytes=4294967296-4294967299", size: size) == .part(4_294_967_296..<4_294_967_300))
        #expect(ByteRange("bytes=-5", size: size) == .part(size - 5..<size))
    }

    @Test("An empty file has no ranges")
    func empty() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable)
        #expect(ByteRange(nil, size: 0) == .whole)
    }
}
