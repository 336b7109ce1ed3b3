import FoundationEssentials
import GRDB

/// Finds the paths of entries.
struct PathReader {
    private static let maximumCachedCount = 4096

    private let statement: Statement
    private var cache: [Int64: [[UInt8]]] = [0: []]
    private var last: (id: Int64, answer: Bool)?

    init(_ database: Database) throws {
        statement = try database.makeStatement(sql: "SELECT parent, name FROM entry WHERE id = ?")
    }

    /// What `question` says of the path of `id`, which is asked anew for another one only.
    mutating func answer(for id: Int64, _ question: ([[UInt8]]) -> Bool) throws -> Bool {
        if let last, last.id == id { return last.answer }
        let answer = question(try components(of: id))
        last = (id, answer)
        return answer
    }

    /// The components of the path of `id`.
    mutating func components(of id: Int64) throws -> [[UInt8]] {
        if let known = cache[id] { return known }
        var names: [[UInt8]] = []
        var outer = id
        while cache[outer] == nil {
            guard let row = try Row.fetchOne(statement, arguments: [outer]),
                let parent = Int64.fromDatabaseValue(row[0]), let name = Data.fromDatabaseValue(row[1]),
                parent >= 0, parent < outer, names.count < FileIndex.maximumDepth
            else { throw Damage() }
            names.append([UInt8](name))
            outer = parent
        }
        let result = (cache[outer] ?? []) + names.reversed()
        if cache.count >= Self.maximumCachedCount { cache = [0: []] }
        cache[id] = result
        return result
    }
}
