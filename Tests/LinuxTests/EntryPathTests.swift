import Linux
import Testing

struct EntryPathTests {
    @Test func `what can't be printed is escaped in messages`() {
        let bytes: [UInt8] = Array("a\n\t\u{1B}\\é日".utf8) + [0xFF, 0xC3] + Array("\u{202E}z".utf8)
        #expect(printable(bytes) == "a\\n\\x09\\x1b\\\\é日\\xff\\xc3\\xe2\\x80\\xaez")
    }

    @Test func `a copy does not follow the original`() {
        let path = EntryPath("root")
        let copy = EntryPath()
        copy.copy(path)
        path.truncate(to: 0)
        #expect(path.count == 0)
        #expect(copy.description == "root")
        #expect(copy.count == 4)
    }

    @Test func `its bytes are those from any place to the end, and none beyond it`() {
        let path = EntryPath("root")
        path.append("\u{E4}/")
        #expect(path.description == "root/ä/")
        for (start, expected) in [(0, Array("root/ä/".utf8)), (5, [0xC3, 0xA4, 0x2F]), (8, []), (9, [])] {
            let bytes = path.withBytes(from: start) { span in span.indices.map { span[$0] } }
            #expect(bytes == expected)
        }
    }

    @Test(arguments: [
        (Array("plain".utf8), TextEncoding.ascii), (Array("größe".utf8), .utf8),
        (Array("e\u{301}".utf8), .decomposedUTF8),
        ([0xFF], .other), (Array("\u{1112}\u{1161}\u{11AB}".utf8), .decomposedUTF8), ([], .ascii),
    ])
    func `it is known how a name can be read`(_ bytes: [UInt8], _ expected: TextEncoding) {
        #expect(EntryPath(bytes: bytes).encoding == expected)
    }
}
