import ExportProtocol
import FoundationEssentials
import GRDB

/// Finds the paths of directories, of which those in the order of their numbers have most in common.
struct PathReader {
    /// The path found last.
    private var path: [UInt8] = []
    /// The directories on it, and where in it their names end.
    private var stack: [(id: Int64, end: Int)] = []

    /// The directories on the path of that numbered `id`, the outermost first.
    mutating func directories(to id: Int64, in database: Database) throws -> [(id: Int64, name: [UInt8])] {
        let path = try path(of: id, in: database)
        return zip([0] + stack.map(\.end), stack).map { start, directory in
            (directory.id, Array(path[start..<(directory.end - 1)]))
        }
    }

    /// The path of the directory numbered `id`, with a slash at its end; empty for 0.
    mutating func path(of id: Int64, in database: Database) throws -> [UInt8] {
        if let last = stack.last, last.id == id { return path }
        let statement = try database.cachedStatement(sql: "SELECT parent, name FROM entry WHERE id = ?")
        var missing: [(id: Int64, name: Data)] = []
        var outer = id
        while true {
            while let last = stack.last, last.id > outer { stack.removeLast() }
            if outer == 0 || stack.last?.id == outer { break }
            guard let row = try Row.fetchOne(statement, arguments: [outer]),
                let parent = Int64.fromDatabaseValue(row[0]), let name = Data.fromDatabaseValue(row[1]),
                parent >= 0, parent < outer, missing.count < FileIndex.maximumDepth
            else { throw Damage() }
            missing.append((outer, name))
            outer = parent
        }
        path.removeLast(path.count - (stack.last?.end ?? 0))
        for (id, name) in missing.reversed() {
            path += name
            path.append(UInt8(ascii: "/"))
            guard path.count <= EntrySpoolFormat.maximumPathByteCount else { throw Damage() }
            stack.append((id, path.count))
        }
        return path
    }
}
