import Archive
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import RestoreWorker

struct PathTableTests {
    @Test func `a table keeps the numbers of more paths than it was made for`() throws {
        try withTemporaryDirectory { directory in
            var table = try PathTable.make(in: directory)
            for number in 0..<3000 { try table.set(UInt64(number), for: Array("path \(number)".utf8)) }
            try table.set(.max, for: Array("path 7".utf8))
            for number in 0..<3000 where number != 7 {
                let found = try table.number(of: Array("path \(number)".utf8))
                #expect(found == UInt64(number))
            }
            let changed = try table.number(of: Array("path 7".utf8))
            #expect(changed == .max)
            let none = try table.number(of: Array("path 3000".utf8))
            #expect(none == nil)
        }
    }

    @Test func `the names that want a file's content come one after the other`() throws {
        try withTemporaryDirectory { directory in
            var map = try LinkMap.make(in: directory)
            for path in ["a", "b", "c"] { try map.want(Array(path.utf8), from: Array("target".utf8)) }
            try map.want([0x78], from: [0x79])
            var position = try map.first(wanting: Array("target".utf8))
            var paths: [String] = []
            while let present = position {
                let (path, next) = try map.path(at: present)
                paths.append(String(decoding: path, as: UTF8.self))
                position = next
            }
            #expect(paths == ["c", "b", "a"])
        }
    }

    @Test func `what is to be finished comes out in the reverse order, as it went in`() throws {
        try withTemporaryDirectory { directory in
            var list = try FinishList(in: directory)
            var items: [FinishList.Item] = []
            for number in 0..<2000 {
                var entry = BackupEntry()
                entry.path = Array("system/\(number)".utf8)
                entry.kind = number % 2 == 0 ? .directory : .regular
                entry.permissions = UInt32(number)
                entry.modificationSeconds = -Int64(number)
                entry.attributes = [ExtendedAttribute(name: [1], value: Array(repeating: 2, count: number))]
                let identity = FileIdentity(device: 1, inode: UInt64(number))
                items.append(
                    FinishList.Item(entry: entry, root: number, path: [3], identity: identity, isNew: number % 3 == 0)
                )
            }
            for item in items { try list.append(item) }
            for item in items.reversed() {
                let found = try list.popLast()
                #expect(found == item)
            }
            let last = try list.popLast()
            #expect(last == nil)
        }
    }
}
