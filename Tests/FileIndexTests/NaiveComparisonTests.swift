import BackupModel
import ExportProtocol
import TestSupport
import Testing

@testable import FileIndex

/// Whatever is asked of an index, it answers as one would who looked at every entry.
struct NaiveComparisonTests {
    private static let names = [
        "notes", "NOTES.txt", "index.js", "Index.html", "ärger", "ÄRGER", "größe", "日本語", "日本語 2", "README", "a", "b",
        "s",
        "İstanbul", "\u{212A}elvin", "Straße", "x\u{301}yz", "//".replacing("/", with: "\""), "lib", "libs", "s.lib",
    ]

    /// A tree with names of all kinds, some of them no UTF-8, in directories with few entries and with many.
    private func tree(using random: inout some RandomNumberGenerator) -> NaiveTree {
        var kinds: [[UInt8]: FileEntry.Kind] = [:]
        var directories = ["data", "system"].map { Array($0.utf8) }
        for directory in directories { kinds[directory] = .directory }
        while kinds.count < 600 {
            let parent = directories.randomElement(using: &random) ?? []
            var name = Array((Self.names.randomElement(using: &random) ?? "").utf8)
            if Int.random(in: 0..<20, using: &random) == 0 { name.insert(0xFF, at: name.count / 2) }
            if Bool.random(using: &random) { name += Array(" \(Int.random(in: 0..<400, using: &random))".utf8) }
            let path = parent + [UInt8(ascii: "/")] + name
            guard kinds[path] == nil else { continue }
            let isDirectory = Int.random(in: 0..<5, using: &random) == 0
            kinds[path] = isDirectory ? .directory : .file
            if isDirectory { directories.append(path) }
        }
        for number in 0..<200 {
            let isDirectory = number.isMultiple(of: 7)
            kinds[Array("data/many \(number)".utf8)] = isDirectory ? .directory : .file
            if isDirectory { kinds[Array("data/many \(number)/notes".utf8)] = .file }
        }
        return NaiveTree(kinds)
    }

    @Test func `every directory is listed as it is, on every page`() throws {
        var random = SystemRandomNumberGenerator()
        let tree = tree(using: &random)
        try withTemporaryDirectory { directory in
            let index = try tree.index(in: IndexFixture(directory))
            for path in [[]] + tree.paths.filter({ tree.kinds[$0] == .directory }) {
                let expected = tree.names(in: path)
                for offset in Set([0, 1, 63, 64, 65, 128, expected.count - 1, expected.count]) where offset >= 0 {
                    let limit = Int.random(in: 1...200, using: &random)
                    let found = try index.list(path, FilePage(limit: limit, offset: offset)).map(\.path)
                    #expect(found == Array(expected.dropFirst(offset).prefix(limit)))
                }
            }
        }
    }

    @Test func `every search finds what a look at all entries finds, on every page`() throws {
        var random = SystemRandomNumberGenerator()
        let trees = (0..<2).map { _ in tree(using: &random) }
        try withTemporaryDirectory { directory in
            let indexes = try trees.indices.map { number in
                try trees[number].index(in: IndexFixture(directory, id: SnapshotID(number + 1)))
            }
            for text in [
                "notes", "NOTE", "index", "INDEX.h", "ärg", "ÄRGER", "größe", "SSE", "日本語", "本語 ", "zzz", "notesx",
                "/notes", "notes/", "/notes/", "s/index", "a/notes", "a/b/notes", "/a/notes", "lib/lib", "libs/",
                "data/many", "data/many 7/not", "many 7/not", "b/s/a/notes", "İstanbul", "i\u{307}st", "kelvin",
                "\u{FFFD}",
                "x\u{301}yz", "//notes", "a//notes", "\"\" 1", "no\u{FFFD}tes", "not\u{FFFD}es", "s/日本語", "語/ärger",
            ] where text.unicodeScalars.count >= 3 {
                let expected = zip(trees, indexes).flatMap { tree, index in
                    tree.paths(with: text).map { (path: $0, id: index.subject.id) }
                }.sorted { $0.path.precedesAsPath($1.path) || ($0.path == $1.path && $0.id < $1.id) }
                for offset in Set([0, 1, 33, expected.count / 2, expected.count]) {
                    let limit = Int.random(in: 1...200, using: &random)
                    var search = try FileSearch(text, FilePage(limit: limit, offset: offset))
                    for index in indexes { try search.add(index) }
                    let found = try search.matches()
                    let page = expected.dropFirst(offset).prefix(limit)
                    #expect(found.map(\.entry.path) == page.map(\.path), "\(text)")
                    #expect(found.map(\.id) == page.map(\.id), "\(text)")
                }
                var alone = try FileSearch(text, FilePage(limit: 100, offset: 17))
                try alone.add(indexes[0])
                let found = try alone.matches().map(\.entry.path)
                #expect(found == Array(trees[0].paths(with: text).dropFirst(17).prefix(100)), "\(text)")
            }
        }
    }

    @Test func `what is in few of many directories is found, wherever these begin and end`() throws {
        var kinds: [String: FileEntry.Kind] = ["data": .directory, "system": .directory]
        // More names that agree in vain than are looked at one by one, directories far from each other, and some in one another.
        for number in 1000..<2600 {
            let directory = "data/p\(number)"
            kinds[directory] = .directory
            kinds["\(directory)/note"] = number.isMultiple(of: 3) ? .directory : .file
            kinds["\(directory)/za"] = .directory
            kinds["\(directory)/za/other \(number)"] = .file
            if number % 400 == 399 { kinds["\(directory)/za/note"] = .file }
        }
        var chain = "system"
        for number in 0..<40 {
            chain += "/a"
            kinds[chain] = .directory
            kinds["\(chain)/note \(number)"] = .file
        }
        let tree = NaiveTree(Dictionary(uniqueKeysWithValues: kinds.map { (Array($0.key.utf8), $0.value) }))
        try withTemporaryDirectory { directory in
            let index = try tree.index(in: IndexFixture(directory))
            for text in [
                "a/note", "/za/note", "9/note", "99/note", "p2199/za/note", "q/note", "note", "note/", "a/other 25",
                "data/za/note", "9/za/note", String(repeating: "a/", count: 12) + "note",
                "/" + String(repeating: "a/", count: 40) + "note", String(repeating: "a/", count: 41) + "note",
            ] {
                let expected = tree.paths(with: text)
                for (limit, offset) in [(1000, 0), (3, 0), (3, 2), (500, 400)] {
                    var search = try FileSearch(text, FilePage(limit: limit, offset: offset))
                    try search.add(index)
                    let found = try search.matches().map(\.entry.path)
                    #expect(found == Array(expected.dropFirst(offset).prefix(limit)), "\(text) \(offset)")
                }
                // Wherever it stops, it goes on there.
                var search = IndexSearch(index, try SearchPattern(text), SearchDeadline(.seconds(60)))
                var found: [[UInt8]] = []
                for count in [1, 2, 1, 61, 62, 63, 64] {
                    try search.fill(count)
                    while let match = search.takeFirst() { found.append(match.entry.path) }
                }
                #expect(found == Array(expected.prefix(254)), "\(text)")
            }
        }
    }
}
