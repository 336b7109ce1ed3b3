import BackupModel
import Testing

@testable import FileIndex

struct SearchPatternTests {
    private func matches(_ text: String, _ path: String) throws -> Bool {
        let names = path.split(separator: "/").map { Array($0.utf8).foldedName }
        let pattern = try SearchPattern(text)
        var outer = PartSet()
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let entry = NameBlockEntry(
                id: 1,
                parent: 0,
                name: name.indices,
                isDirectory: !isLast || text.hasSuffix("/")
            )
            if isLast, pattern.name.matches(entry, in: name) {
                return pattern.directories.indices.last.map { outer.contains($0) } ?? true
            }
            outer = pattern.parts(of: entry, in: name, after: outer)
        }
        return false
    }

    @Test(
        arguments: [
            ("fstab", "system/etc/fstab", true), ("FSTAB", "system/etc/fstab", true),
            ("stab", "system/etc/fstab", true),
            ("etc/fst", "system/etc/fstab", true), ("tc/fstab", "system/etc/fstab", true),
            ("tc/stab", "system/etc/fstab", false), ("/etc/fstab", "system/etc/fstab", true),
            ("/tc/fstab", "system/etc/fstab", false), ("system/fstab", "system/etc/fstab", false),
            ("system/etc/fstab", "system/etc/fstab", true), ("/system/etc/fstab", "system/etc/fstab", true),
            ("a/system/etc/fstab", "system/etc/fstab", false), ("etc", "system/etc/fstab", false),
            ("ÄRGER", "system/ärger.txt", true), ("50%_*", "data/50%_*.txt", true), ("50%_*", "data/50xx.txt", false),
            ("\"a\" OR b", "data/\"A\" or B", true), ("etc/", "system/etc", true),
            ("xtc/", "system/xtc", true), ("/xtc/", "system/axtc", false), ("m/etc/", "system/etc", true),
        ] as [(String, String, Bool)]
    )
    func `a text is in the entry's own name, and what is before its last slash in the directories around it`(
        text: String,
        path: String,
        isMatch: Bool
    ) throws {
        let found = try matches(text, path)
        #expect(found == isMatch)
    }

    @Test(
        arguments: ["", "ab", "/", "abc/de", "ab/"]
    )
    func `a text is refused when its last part is too short or it is too long`(text: String) {
        let error = #expect(throws: BackupError.self) { try SearchPattern(text) }
        #expect(error?.code == .invalidArgs)
        let long = #expect(throws: BackupError.self) { try SearchPattern(String(repeating: "a", count: 4097)) }
        #expect(long?.code == .invalidArgs)
    }

    @Test func `a text may name 63 directories`() throws {
        let text = String(repeating: "d/", count: 63) + "file"
        #expect(try SearchPattern(text).directories.count == 63)
        let error = #expect(throws: BackupError.self) { try SearchPattern("d/" + text) }
        #expect(error?.code == .invalidArgs && error?.message.contains("64") == true)
    }

    @Test func `of a long text no more than sixteen trigrams are asked for`() throws {
        let pattern = try SearchPattern(String((0..<400).map { Character(Unicode.Scalar(UInt8(0x61 + $0 * 7 % 26))) }))
        #expect(pattern.name.query.split(separator: " AND ").count <= 16)
    }
}
