import Testing

@testable import FileIndex

struct NameBlockTests {
    private func entries(_ block: NameBlock) throws -> [String] {
        var reader = NameBlockReader(block)
        var result: [String] = []
        while let entry = try reader.next() {
            let name = String(decoding: reader.names[entry.name], as: UTF8.self)
            result.append("\(entry.id) \(entry.parent) \(name)\(entry.isDirectory ? "/" : "")")
        }
        return result
    }

    private func block() -> NameBlock {
        var block = NameBlock(first: 1_000_001)
        block.add(Array("first".utf8), in: 3, isDirectory: false)
        block.add(Array("second".utf8), in: 3, isDirectory: true)
        block.add(Array("inner".utf8), in: 1_000_002, isDirectory: true)
        block.add(Array("x".utf8), in: 0, isDirectory: true)
        block.end()
        return block
    }

    @Test func `what was put into a block comes out of it`() throws {
        let block = block()
        #expect(String(decoding: block.names, as: UTF8.self) == "/first/second//inner//x//")
        #expect(block.parents.count == 3 + 1 + 1 + 3)
        let found = try entries(block)
        #expect(found == ["1000001 3 first", "1000002 3 second/", "1000003 1000002 inner/", "1000004 0 x/"])
        var empty = NameBlock(first: 1)
        empty.end()
        #expect(try entries(empty) == [])
    }

    @Test func `a block that is cut short or has what can't be is damaged`() throws {
        let block = block()
        func expectDamage(_ names: [UInt8], _ parents: [UInt8]) {
            let damaged = NameBlock(first: block.first, names: names, parents: parents)
            #expect(throws: Damage.self) { try entries(damaged) }
        }
        for count in 0..<block.parents.count { expectDamage(block.names, Array(block.parents.prefix(count))) }
        expectDamage(block.names, block.parents + [0])
        expectDamage(block.names.dropLast(3), block.parents)
        expectDamage(Array(block.names.dropFirst()), block.parents)
        expectDamage(block.names, [0] + block.parents.dropFirst(3))
        expectDamage(block.names, Array(repeating: 0xFF, count: 40))
        expectDamage(Array(String(repeating: "/x", count: 65).utf8) + [0x2F], [1] + Array(repeating: 0, count: 64))
    }
}
