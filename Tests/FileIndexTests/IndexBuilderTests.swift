import BackupModel
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@testable import FileIndex

struct IndexBuilderTests {
    @Test func `records that were cut short anywhere make no index`() throws {
        try withTemporaryDirectory { directory in
            var spool = TestSpool()
            spool.add("data", .directory)
            spool.add("data/file")
            spool.add("data/file 2")
            let bytes = spool.ended()
            let fixture = IndexFixture(directory)
            for count in 0..<bytes.count {
                let error = #expect(throws: BackupError.self) { try fixture.build(Array(bytes.prefix(count))) }
                #expect(error?.code == .corrupt)
            }
            try fixture.build(bytes)
            #expect(try fixture.open().names("data") == ["file", "file 2"])
        }
    }

    @Test func `records with a page of zeros in them, as a crash leaves them, make no index`() throws {
        try withTemporaryDirectory { directory in
            var spool = TestSpool()
            spool.add("data", .directory)
            for number in 0..<1000 { spool.add("data/\(number)-" + String(repeating: "x", count: number % 250)) }
            let bytes = spool.ended()
            for start in stride(from: 4096, to: bytes.count - 4096, by: 4096) {
                var damaged = bytes
                for index in start..<(start + 4096) { damaged[index] = 0 }
                #expect(throws: BackupError.self) { try IndexFixture(directory).build(damaged) }
            }
        }
    }

    @Test func `records of another file, or with an entry in a directory that they lack, make no index`() throws {
        try withTemporaryDirectory { directory in
            let fixture = IndexFixture(directory)
            #expect(throws: BackupError.self) { try fixture.build(TestSpool(inode: 2).ended()) }
            var spool = TestSpool()
            spool.add("data/file")
            #expect(throws: BackupError.self) { try fixture.build(spool.ended()) }
        }
    }
}
