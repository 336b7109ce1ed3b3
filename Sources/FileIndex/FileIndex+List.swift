public import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB
import Linux

extension FileIndex {
    /// A directory, and how far what is below it goes.
    private struct Place {
        var id: Int64
        var last: Int64
    }

    /// What is in a directory from the entry `:first` on, by name.
    private static let children = """
        WITH RECURSIVE child (id) AS (
            SELECT :first WHERE :first <= :last
            UNION ALL
            SELECT max(coalesce(directory.last, 0), child.id) + 1
            FROM child LEFT JOIN directory ON directory.id = child.id
            WHERE coalesce(directory.last, child.id) < :last
            LIMIT :limit OFFSET :offset
        )
        """

    /// What is in the directory at `path`, by name; the sources for an empty path. Slashes at its start and end mean nothing.
    /// - Throws: `BackupError` with `notFound`, or `invalidArgs` for what is no directory.
    public func list(_ path: [UInt8], _ page: FilePage) throws -> [FileEntry] {
        try Self.reading(subject.id) {
            try queue.read { database in
                let place = try place(at: path, in: database)
                let number = page.offset / IndexSchema.markInterval
                guard let first = try entry(number, of: place, in: database)?.id else { return [] }
                let rows = try Row.fetchCursor(
                    database,
                    sql: """
                        \(Self.children)
                        SELECT parent, name, \(IndexSchema.columns) FROM child CROSS JOIN entry ON entry.id = child.id
                        """,
                    arguments: [
                        "first": first, "last": place.last, "limit": page.limit,
                        "offset": page.offset - number * IndexSchema.markInterval,
                    ]
                )
                var entries: [FileEntry] = []
                while let row = try rows.next() {
                    guard Int64.fromDatabaseValue(row[0]) == place.id else { throw Damage() }
                    entries.append(try Self.entry(row, from: 1))
                }
                return entries
            }
        }
    }

    private func place(at path: [UInt8], in database: Database) throws -> Place {
        let row = try Row.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM entry")
        guard let last = row.flatMap({ Int64.fromDatabaseValue($0[0]) }) else { throw Damage() }
        var place = Place(id: 0, last: last)
        let names = path.split(separator: UInt8(ascii: "/"))
        for (index, name) in names.enumerated() {
            guard let child = try child(Array(name), of: place, in: database) else { throw notFound(path) }
            guard let last = child.last else {
                guard index == names.indices.last else { throw notFound(path) }
                throw BackupError(
                    .invalidArgs,
                    "\(printable(path)) in the export of snapshot \(subject.id) is no directory; list the one it is in."
                )
            }
            place = Place(id: child.id, last: last)
        }
        return place
    }

    private func notFound(_ path: [UInt8]) -> BackupError {
        BackupError(.notFound, "There is no \(printable(path)) in the export of snapshot \(subject.id).")
    }

    /// The entry in a directory that has a name, and the last that is below it where it is a directory itself.
    private func child(_ name: [UInt8], of place: Place, in database: Database) throws -> (id: Int64, last: Int64?)? {
        // The last of the marks at or before it.
        var (low, high) = (0, try markCount(of: place, in: database))
        while low < high {
            let middle = high - (high - low) / 2
            guard let found = try entry(middle, of: place, in: database) else { throw Damage() }
            if name.lexicographicallyPrecedes(found.name) { high = middle - 1 } else { low = middle }
        }
        guard let first = try entry(low, of: place, in: database)?.id else { return nil }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    \(Self.children)
                    SELECT entry.id, directory.last FROM child CROSS JOIN entry ON entry.id = child.id
                    LEFT JOIN directory ON directory.id = child.id WHERE parent = :parent AND name = :name LIMIT 1
                    """
            ),
            arguments: [
                "first": first, "last": place.last, "limit": IndexSchema.markInterval, "offset": 0, "parent": place.id,
                "name": Data(name),
            ]
        )
        guard let row else { return nil }
        guard let id = Int64.fromDatabaseValue(row[0]), id > place.id else { throw Damage() }
        guard let last = Int64.fromDatabaseValue(row[1]) else { return (id, nil) }
        guard (id...max(id, place.last)).contains(last) else { throw Damage() }
        return (id, last)
    }

    private func markCount(of place: Place, in database: Database) throws -> Int {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT coalesce(max(number), 0) FROM mark WHERE directory = ?"),
            arguments: [place.id]
        )
        guard let count = row.flatMap({ Int.fromDatabaseValue($0[0]) }) else { throw Damage() }
        return count
    }

    /// The entry of a directory at the mark `number`; nil where the directory ends before.
    private func entry(_ number: Int, of place: Place, in database: Database) throws -> (id: Int64, name: Data)? {
        if number == 0 { return place.id < place.last ? (place.id + 1, Data()) : nil }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT entry.id, name FROM mark JOIN entry ON entry.id = mark.entry
                    WHERE directory = ? AND number = ?
                    """
            ),
            arguments: [place.id, number]
        )
        guard let row else { return nil }
        guard let id = Int64.fromDatabaseValue(row[0]), let name = Data.fromDatabaseValue(row[1]), id > place.id
        else { throw Damage() }
        return (id, name)
    }
}
