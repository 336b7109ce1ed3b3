import BackupModel
import Testing

@testable import FileIndex

struct SearchPatternTests {
    private func matches(_ text: String, _ path: String) throws -> Bool {
        let pattern = try SearchPattern(text)
        let names = path.split(separator: "/").map { Array($0.utf8).foldedName }
        guard let name = names.last, pattern.name.matches(name) else { return false }
        let directories = names.dropLast().reversed()
        guard directories.count >= pattern.directories.count else { return false }
        return zip(pattern.directories, directories).allSatisfy { $0.matches($1) }
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

    @Test func `of a long text no more than sixteen trigrams are asked for`() throws {
        let pattern = try SearchPattern(String((0..<400).map { Character(Unicode.Scalar(UInt8(0x61 + $0 * 7 % 26))) }))
        #expect(pattern.query.split(separator: " AND ").count <= 16)
    }
}
