import BackupModel
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import FileIndex

struct FileIndexSearchTests {
    private func withTree(_ body: (FileIndex) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try body(
                IndexFixture(directory).build { spool in
                    spool.add("system", .directory)
                    spool.add("system/etc", .directory)
                    for name in [
                        "fstab", "FSTAB.old", "ärger ÄRGER", "a%b_c*d", "\"q\" OR x", "NEAR(abc)", "aaab", "aabaab",
                    ] {
                        spool.add("system/etc/\(name)")
                    }
                    spool.add("system/etc-more", .directory)
                    spool.add("system/etc-more/fstab")
                    spool.add(
                        FileEntry(path: Array("system/".utf8) + [0xFF] + Array("bytes".utf8) + [0xFE], kind: .file)
                    )
                }
            )
        }
    }

    @Test func `what is found comes in the order of the paths, component by component`() throws {
        try withTree { index in
            let found = try index.search("fstab")
            #expect(found == ["system/etc/FSTAB.old", "system/etc/fstab", "system/etc-more/fstab"])
            let page = try index.search("fstab", limit: 1, offset: 1)
            #expect(page == ["system/etc/fstab"])
        }
    }

    @Test(
        arguments: [
            ("%b_", ["system/etc/a%b_c*d"]), ("axb", []), ("\"q\"", ["system/etc/\"q\" OR x"]),
            ("\" OR", ["system/etc/\"q\" OR x"]),
            ("near(abc)", ["system/etc/NEAR(abc)"]), ("abc*", []), ("^fst", []),
            ("ÄRGER ä", ["system/etc/ärger ÄRGER"]),
            ("aabb", []), ("aab", ["system/etc/aaab", "system/etc/aabaab"]), ("baab", ["system/etc/aabaab"]),
            ("etc/fst", ["system/etc/fstab", "system/etc/FSTAB.old"]),
            ("/fstab", ["system/etc/FSTAB.old", "system/etc/fstab", "system/etc-more/fstab"]),
            ("etc/", ["system/etc"]), ("name: fstab", []), ("zzz", []), ("ab\u{1}", []),
        ] as [(String, [String])]
    )
    func `no character of a text has a meaning but the slash`(text: String, expected: [String]) throws {
        try withTree { index in
            let found = try index.search(text)
            #expect(found.sorted() == expected.sorted())
        }
    }

    @Test func `names that are not UTF-8 are found by the parts that are, and come back as they are`() throws {
        try withTree { index in
            var search = try FileSearch("BYTES", FilePage(limit: 10))
            try search.add(index)
            let found = try search.matches().map(\.entry.path)
            #expect(found == [Array("system/".utf8) + [0xFF] + Array("bytes".utf8) + [0xFE]])
        }
    }

    @Test func `the matches of several exports come by path, and of one path by id; pages of them fit together`() throws
    {
        try withTemporaryDirectory { directory in
            var indexes: [FileIndex] = []
            for id in 1...3 as ClosedRange<SnapshotID> {
                indexes.append(
                    try IndexFixture(directory, id: id).build { spool in
                        spool.add("data", .directory)
                        for number in stride(from: 0, to: 60, by: Int(id)) {
                            spool.add("data/note \(number)", size: UInt64(id))
                        }
                    }
                )
            }
            func found(_ page: FilePage) throws -> [FileMatch] {
                var search = try FileSearch("note", page)
                for index in indexes { try search.add(index) }
                return try search.matches()
            }
            let all = try found(FilePage(limit: 1000))
            #expect(all.count == 60 + 30 + 20)
            let isSorted = zip(all, all.dropFirst()).allSatisfy { first, second in
                first.entry.path.precedesAsPath(second.entry.path)
                    || (first.entry.path == second.entry.path && first.id < second.id)
            }
            #expect(isSorted)
            #expect(all.allSatisfy { $0.entry.size == UInt64($0.id) })
            var paged: [FileMatch] = []
            for offset in stride(from: 0, to: 120, by: 7) { paged += try found(FilePage(limit: 7, offset: offset)) }
            #expect(paged == all)
        }
    }

    @Test func `an index that turns out to be damaged is named, and the others are searched to their ends`() throws {
        try withTemporaryDirectory { directory in
            var search = try FileSearch("note", FilePage(limit: 1000))
            for id: SnapshotID in 1...2 {
                let fixture = IndexFixture(directory, id: id)
                let index = try fixture.build { spool in
                    spool.add("data", .directory)
                    for number in 0..<300 { spool.add("data/note \(number)") }
                }
                if id == 1 {
                    try DatabaseQueue(path: fixture.output.string).write { database in
                        try database.execute(sql: "UPDATE block SET parents = x'00' WHERE id = 3")
                    }
                }
                try search.add(index)
            }
            let found = try search.matches()
            #expect(found.count { $0.id == 2 } == 300)
            #expect(search.failures.map(\.id) == [1])
            #expect(search.failures.map(\.error.code) == [.corrupt])
        }
    }

    @Test func `a text with slashes finds what is in the directories it names, and nothing beside it`() throws {
        var random = SystemRandomNumberGenerator()
        var paths: Set<String> = []
        func fill(_ path: String, _ depth: Int) {
            paths.insert(path)
            for number in 0..<Int.random(in: 0...200, using: &random) { paths.insert("\(path)/Note \(number)") }
            guard depth < 3 else { return }
            for name in ["a", "box", "BOX 2", "crate", "note", "zebra"] where Bool.random(using: &random) {
                fill("\(path)/\(name)", depth + 1)
            }
        }
        for source in ["data", "system"] { fill(source, 0) }
        let directories = paths.filter { !$0.contains("/Note ") }
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                for path in paths.sorted() { spool.add(path, directories.contains(path) ? .directory : .file) }
            }
            for text in ["box/note", "/box/note", "crate/box/note 1", "x 2/note 19", "note/note 7", "none/note"] {
                let expected = paths.filter { path in
                    let path = "/" + path.lowercased()
                    guard let range = path.range(of: text, options: .backwards) else { return false }
                    return !path[range.upperBound...].contains("/")
                }
                let found = try index.search(text, limit: 1000)
                let all = expected.sorted { Array($0.utf8).precedesAsPath(Array($1.utf8)) }
                #expect(found == Array(all.prefix(1000)), "\(text)")
            }
        }
    }

    @Test func `a search whose time is over says so`() throws {
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                spool.add("data", .directory)
                for number in 0..<1000 { spool.add("data/abcd bcde \(number)") }
            }
            var search = try FileSearch("abcde", FilePage(limit: 10), timeLimit: .zero)
            let error = #expect(throws: BackupError.self) { try search.add(index) }
            #expect(error?.code == .limitsExceeded)
        }
    }
}
