import FoundationEssentials
import GRDB

/// Writes the names of entries, which come one after another, in blocks, and indexes these.
struct BlockWriter {
    private let insertion: Statement
    private let indexing: Statement
    private var block = NameBlock(first: 1)

    init(_ database: Database) throws {
        insertion = try database.makeStatement(sql: "INSERT INTO block (id, names, parents) VALUES (?, ?, ?)")
        indexing = try database.makeStatement(sql: "INSERT INTO trigram (rowid, names) VALUES (?, ?)")
    }

    /// Adds the next entry.
    mutating func add(_ name: [UInt8], in directory: Int64, isDirectory: Bool) throws {
        if block.isFull {
            try end()
            block = NameBlock(first: block.first + NameBlock.entryCount)
        }
        block.add(name, in: directory, isDirectory: isDirectory)
    }

    /// Writes the last of them.
    mutating func end() throws {
        block.end()
        let number = NameBlock.number(of: block.first)
        try insertion.execute(arguments: [number, Data(block.names), Data(block.parents)])
        try indexing.execute(arguments: [number, String(decoding: block.names, as: UTF8.self)])
    }
}
