import Testing

@testable import Archive

struct PaxCorrectionsTests {
    private func record(_ key: String, _ value: String) -> PaxRecord {
        PaxRecord(key: Array(key.utf8), value: Array(value.utf8))
    }

    @Test(arguments: [("a", "b", "6 a=b\n"), ("key", "12345", "13 key=12345\n"), ("k", "123", "8 k=123\n")])
    func `a record's length counts its own digits`(_ key: String, _ value: String, _ expected: String) {
        #expect(String(decoding: record(key, value).encoded, as: UTF8.self) == expected)
    }

    @Test(arguments: [0, 1, 3, 4, 5, 90, 91, 92, 93, 94, 95, 985, 986, 987, 988, 989, 990, 60000])
    func `records of any length are read as they were written`(_ length: Int) throws {
        let records = [
            record("mtime", "1.5"), record("key", String(repeating: "\n", count: length)), record("path", "="),
        ]
        #expect(PaxRecord.parse(records.flatMap(\.encoded)[...]) == records)
    }

    @Test(arguments: [
        "", "6 a=b", "7 a=b\n", "x a=b\n", "999999999999999999999 a=b\n", "3 a\n", "0 a=b\n", "-6 a=b\n", " ",
    ])
    func `what is no extended header is left as it is`(_ text: String) {
        let parsed = PaxRecord.parse(Array(text.utf8)[...])
        #expect(text.isEmpty ? parsed == [] : parsed == nil)
    }

    @Test(arguments: [
        ("user.gr%C3%B6%C3%9Fe", "user.größe"), ("user.a%20b", "user.a b"), ("user.100%25", "user.100%"),
        ("user.a%3Db", "user.a%3Db"), ("user.a%3Db%25", "user.a%3Db%25"), ("user.a%253Db", "user.a%253Db"),
        ("user.plain", "user.plain"), ("user.%zz", "user.%zz"),
    ])
    func `names of attributes are as GNU tar and bsdtar read them`(_ stored: String, _ expected: String) {
        var mended = record("SCHILY.xattr." + stored, "v")
        mended.decodeAttributeName()
        #expect(mended == record("SCHILY.xattr." + expected, "v"))
    }

    @Test func `a mended header has its size and checksum right, and what follows is untouched`() throws {
        let body = record("mtime", "-1").encoded
        var header = [UInt8](repeating: 0, count: 512)
        header[156] = UInt8(ascii: "x")
        header.replaceSubrange(124..<135, with: Array("00000000014".utf8))
        #expect(body.count == 12)
        let rest = [UInt8](repeating: 7, count: 512)
        var corrections = PaxCorrections()
        corrections.modificationTime = "-0.250000000"
        corrections.hasDecomposedNames = true
        let mended = corrections.apply(to: header + body + [UInt8](repeating: 0, count: 500) + rest)
        let expected = record("hdrcharset", "BINARY").encoded + record("mtime", "-0.250000000").encoded
        #expect(mended.count == 1536)
        #expect(Int(String(decoding: mended[124..<135], as: UTF8.self), radix: 8) == expected.count)
        #expect(Array(mended[512..<512 + expected.count]) == expected)
        #expect(Array(mended[1024...]) == rest)
        let sum = mended[..<512].enumerated().reduce(0) {
            $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
        }
        #expect(Int(String(decoding: mended[148..<154], as: UTF8.self), radix: 8) == sum)
    }
}
