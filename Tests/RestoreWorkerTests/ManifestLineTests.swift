import Testing

@testable import RestoreWorker

struct ManifestLineTests {
    private static let digest = String(repeating: "0a", count: 32)

    @Test(arguments: [
        ("\(digest)  a  b", ManifestLine.Subject.file, "a  b"),
        ("\\\(digest)  a\\nb", .file, "a\\nb"),
        ("# data only: \(digest)  x", .file, "x"),
        ("# flags: immutable no-dump   x", .flags, " x"),
        ("# left out: socket  x", .leftOut, "socket  x"),
        ("# end: 1 entries", .end, "1 entries"),
    ])
    func `a line is taken apart`(_ text: String, _ subject: ManifestLine.Subject, _ path: String) throws {
        let line = try #require(ManifestLine(Array(text.utf8)))
        #expect(line.subject == subject)
        #expect(String(decoding: line.path, as: UTF8.self) == path)
    }

    @Test(arguments: ["", "x", "# something", "\(digest) x", "\(digest)  ", "\(digest.uppercased())  x", "# flags: x"])
    func `what is none is refused`(_ text: String) {
        #expect(ManifestLine(Array(text.utf8)) == nil)
    }
}
