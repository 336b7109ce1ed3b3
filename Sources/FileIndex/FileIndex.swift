public import BackupModel
public import ExportProtocol
import FoundationEssentials
import GRDB
import Linux
public import SystemPackage

/// The index of one export's entries, open for reading. Every method blocks.
public struct FileIndex: Sendable {
    /// The deepest tree there is: what a path of the greatest length has room for.
    static let maximumDepth = EntrySpoolFormat.maximumPathByteCount / 2

    let queue: DatabaseQueue
    let subject: IndexSubject

    /// Opens the index at `path`, which must be about `subject`.
    /// - Returns: nil when it is about another export, an earlier one of the same id.
    /// - Throws: `BackupError` with `corrupt` for a damaged file.
    public static func open(_ path: FilePath, of subject: IndexSubject) throws -> FileIndex? {
        try reading(subject.id) {
            let queue = try DatabaseQueue(path: path.string, configuration: configuration)
            let index = FileIndex(queue: queue, subject: subject)
            return try queue.read { try index.isAboutSubject($0) } ? index : nil
        }
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            for pragma in ["query_only = 1", "trusted_schema = 0", "cell_size_check = 1", "cache_size = -8192"] {
                try database.execute(sql: "PRAGMA \(pragma)")
            }
        }
        return configuration
    }

    /// A file with that checksum holds these entries, also one that was copied back and has another inode number.
    private func isAboutSubject(_ database: Database) throws -> Bool {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT version, id, size, sha256 FROM export"
        )
        guard let row, let version = Int64.fromDatabaseValue(row[0]) else { throw Damage() }
        return version == IndexSchema.version && Int64.fromDatabaseValue(row[1]) == Int64(subject.id)
            && Int64.fromDatabaseValue(row[2]) == Int64(bitPattern: subject.size)
            && String.fromDatabaseValue(row[3]) == subject.sha256
    }

    /// What is in the directory at `path`, by name; the sources for an empty path. Slashes at its start and end mean nothing.
    /// - Throws: `BackupError` with `notFound`, or `invalidArgs` for what is no directory.
    public func list(_ path: [UInt8], _ page: FilePage) throws -> [FileEntry] {
        try Self.reading(subject.id) {
            try queue.read { database in
                let directory = try directory(at: path, in: database)
                let rows = try Row.fetchCursor(
                    database,
                    sql: """
                        SELECT name, \(IndexSchema.columns) FROM entry WHERE parent = ? ORDER BY id LIMIT ? OFFSET ?
                        """,
                    arguments: [directory, page.limit, page.offset]
                )
                var entries: [FileEntry] = []
                while let row = try rows.next() { entries.append(try Self.entry(row, from: 0)) }
                return entries
            }
        }
    }

    private func directory(at path: [UInt8], in database: Database) throws -> Int64 {
        let names = path.split(separator: UInt8(ascii: "/")).map { Array($0) }
        if names.isEmpty { return 0 }
        guard let id = try id(of: names, in: database) else {
            throw BackupError(.notFound, "There is no \(printable(path)) in the export of snapshot \(subject.id).")
        }
        let row = try Row.fetchOne(database, sql: "SELECT mode FROM entry WHERE id = ?", arguments: [id])
        guard let mode = row.flatMap({ Int64.fromDatabaseValue($0[0]) }) else { throw Damage() }
        guard FileEntry.Kind(mode: UInt32(truncatingIfNeeded: mode)) == .directory else {
            throw BackupError(
                .invalidArgs,
                "\(printable(path)) in the export of snapshot \(subject.id) is no directory; list the one it is in."
            )
        }
        return id
    }

    /// The number of the entry whose path has these components, which is found by halving, as the numbers are in the order of the
    /// paths.
    private func id(of names: [[UInt8]], in database: Database) throws -> Int64? {
        var paths = try PathReader(database)
        var first: Int64 = 1
        var end =
            try Row.fetchOne(database, sql: "SELECT max(id) FROM entry").flatMap { Int64.fromDatabaseValue($0[0]) } ?? 0
        while first <= end {
            let middle = first + (end - first) / 2
            let found = try paths.components(of: middle)
            if found == names { return middle }
            if found.lexicographicallyPrecedes(names, by: { $0.lexicographicallyPrecedes($1) }) {
                first = middle + 1
            } else {
                end = middle - 1
            }
        }
        return nil
    }

    /// The entry in the columns of `row`, the first of which, at `start`, is its name.
    static func entry(_ row: Row, from start: Int) throws -> FileEntry {
        func number(_ offset: Int) throws -> Int64 {
            guard let number = Int64.fromDatabaseValue(row[start + offset]) else { throw Damage() }
            return number
        }
        let mode = UInt32(truncatingIfNeeded: try number(1))
        guard let name = Data.fromDatabaseValue(row[start]), let kind = FileEntry.Kind(mode: mode) else {
            throw Damage()
        }
        return FileEntry(
            path: [UInt8](name),
            kind: kind,
            size: UInt64(bitPattern: try number(4)),
            permissions: mode & 0o7777,
            userID: UInt32(truncatingIfNeeded: try number(2)),
            groupID: UInt32(truncatingIfNeeded: try number(3)),
            modified: try number(5),
            modifiedNanoseconds: UInt32(truncatingIfNeeded: try number(6)),
            isHardLink: try number(7) & Int64(EntrySpoolFormat.hardLinkFlag) != 0
        )
    }
}

/// That an index holds what no index can.
struct Damage: Error {}

extension FileIndex {
    /// Runs `body`, whose errors become those that a caller can act on.
    static func reading<Result>(_ id: SnapshotID, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as BackupError {
            throw error
        } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_NOMEM].contains(error.resultCode) {
            throw BackupError(.failed, "The index of the export of snapshot \(id) can't be opened.", cause: error)
        } catch {
            throw BackupError(
                .corrupt,
                "The index of the export of snapshot \(id) is damaged: export the snapshot again to have a new one, or restore "
                    + "without it; the export itself is not affected.",
                cause: error
            )
        }
    }
}
