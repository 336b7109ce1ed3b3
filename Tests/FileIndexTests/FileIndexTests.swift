import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import FileIndex

struct FileIndexTests {
    @Test func `a directory's entries come in the order of their names, whatever order they were recorded in`() throws {
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                spool.add("system", .directory)
                for name in ["b", "a.b", "a", "Z"] { spool.add("system/\(name)", name == "a" ? .directory : .file) }
                spool.add("system/a/x")
                spool.add("data", .directory)
            }
            #expect(try index.names("") == ["data", "system"])
            #expect(try index.names("/system/") == ["Z", "a", "a.b", "b"])
            #expect(try index.names("system/a") == ["x"])
            #expect(try index.names("data") == [])
            #expect(try index.names("system", limit: 2, offset: 1) == ["a", "a.b"])
        }
    }

    @Test func `all that is known of an entry comes back, with names of any bytes`() throws {
        let names: [[UInt8]] = [
            Array("new\nline".utf8), [0xFF, 0xFE, 0x80], Array(repeating: 0xC3, count: 255), Array("\\\"'%_*".utf8),
            [1], [0x7F],
        ].sorted { $0.lexicographicallyPrecedes($1) }
        let entries = zip(names, FileEntry.Kind.allCases).map { name, kind in
            FileEntry(
                path: name,
                kind: kind,
                size: .max,
                permissions: 0o6755,
                userID: .max,
                groupID: 5,
                modified: -3,
                modifiedNanoseconds: 999_999_999,
                isHardLink: kind == .file
            )
        }
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                spool.add("data", .directory)
                for var entry in entries {
                    entry.path = Array("data/".utf8) + entry.path
                    spool.add(entry)
                }
            }
            let listed = try index.list(Array("data".utf8), FilePage(limit: 100))
            #expect(listed == entries)
        }
    }

    @Test func `a path that is not there, and one that is no directory, are errors of their own`() throws {
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                spool.add("data", .directory)
                spool.add("data/file")
            }
            for (path, code) in [
                ("dat", BackupError.Code.notFound), ("data/..", .notFound), ("data/file", .invalidArgs),
                ("data/file/x", .notFound),
            ] {
                let error = #expect(throws: BackupError.self) { try index.names(path) }
                #expect(error?.code == code)
            }
        }
    }

    @Test func `a directory of 40,000 entries is listed page by page, and searched`() throws {
        try withTemporaryDirectory { directory in
            let fixture = IndexFixture(directory)
            let index = try fixture.build { spool in
                spool.add("data", .directory)
                for number in 0..<40_000 { spool.add("data/file-\(number * 7919 % 40_000).txt") }
            }
            var names: [String] = []
            while names.count % 10_000 == 0, names.count <= 40_000 {
                let page = try index.names("data", limit: 10_000, offset: names.count)
                names += page
                if page.isEmpty { break }
            }
            let expected = (0..<40_000).map { "file-\($0).txt" }.sorted()
            #expect(names == expected)
            #expect(try index.search("LE-3131") == ["data/file-3131.txt"] + (0...9).map { "data/file-3131\($0).txt" })
            let status = try Descriptor.open(directory, [.readOnly, .directory]).status(of: "7.index")
            #expect(status.size < 90 * 40_000)
            #expect(status.permissions == 0o600)
        }
    }

    @Test func `an index answers only for the export it was made of`() throws {
        try withTemporaryDirectory { directory in
            var fixture = IndexFixture(directory)
            _ = try fixture.build { $0.add("data", .directory) }
            let subject = fixture.subject
            fixture.subject.inode += 1
            #expect(try FileIndex.open(fixture.output, of: fixture.subject) != nil)
            fixture.subject.size += 1
            #expect(try FileIndex.open(fixture.output, of: fixture.subject) == nil)
            fixture.subject = subject
            fixture.subject.sha256 = "other"
            #expect(try FileIndex.open(fixture.output, of: fixture.subject) == nil)
        }
    }

    @Test func `an index of another version is none`() throws {
        try withTemporaryDirectory { directory in
            let fixture = IndexFixture(directory)
            _ = try fixture.build { $0.add("data", .directory) }
            let queue = try DatabaseQueue(path: fixture.output.string)
            try queue.write { try $0.execute(sql: "UPDATE export SET version = 1") }
            #expect(try FileIndex.open(fixture.output, of: fixture.subject) == nil)
        }
    }

    @Test func `a mark with a number that can't be is damage`() throws {
        try withTemporaryDirectory { directory in
            let fixture = IndexFixture(directory)
            _ = try fixture.build { spool in
                spool.add("data", .directory)
                for number in 0..<200 { spool.add("data/file \(number)") }
            }
            let queue = try DatabaseQueue(path: fixture.output.string)
            try queue.write { try $0.execute(sql: "UPDATE mark SET number = \(Int64.max) WHERE number = 3") }
            let error = #expect(throws: BackupError.self) { try fixture.open().names("data/file 99") }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `a damaged index is an error that says so, wherever the damage is`() throws {
        try withTemporaryDirectory { directory in
            let fixture = IndexFixture(directory)
            _ = try fixture.build { spool in
                spool.add("data", .directory)
                for number in 0..<2000 { spool.add("data/file \(number)") }
            }
            let bytes = try [UInt8](Data(contentsOf: URL(filePath: fixture.output.string)))
            var random = SystemRandomNumberGenerator()
            var damaged: [[UInt8]] = [
                [], Array(bytes.prefix(1000)), Array(bytes.prefix(bytes.count / 2)), Array(repeating: 0, count: 8192),
            ]
            for _ in 0..<60 {
                var copy = bytes
                let start = Int.random(in: 0..<(copy.count - 64), using: &random)
                for index in start..<(start + 64) { copy[index] = UInt8.random(in: 0...255, using: &random) }
                damaged.append(copy)
            }
            for (number, copy) in damaged.enumerated() {
                try Data(copy).write(to: URL(filePath: fixture.output.string))
                do {
                    let index = try FileIndex.open(fixture.output, of: fixture.subject)
                    _ = try index?.names("data")
                    _ = try index?.search("file 1")
                    #expect(number >= 4)
                } catch let error as BackupError {
                    #expect([.corrupt, .notFound, .invalidArgs].contains(error.code), "\(error)")
                }
            }
        }
    }
}
