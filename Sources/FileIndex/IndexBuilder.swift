import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB
import Linux
import SystemPackage

/// Makes an index from the records of an export's entries.
enum IndexBuilder {
    /// Makes the file that `request` asks for, readable for its owner alone, and syncs it.
    /// - Returns: The number of entries.
    @discardableResult
    static func build(_ request: IndexRequest) throws -> Int64 {
        var reader = try SpoolReader.open(FilePath(request.spool))
        guard reader.inode == request.subject.inode else {
            throw BackupError(damagedSpool: "is about another file than the export's")
        }
        let output = FilePath(request.output)
        // Made here, as SQLite would give it to others to read.
        let file = try Descriptor.open(
            output,
            [.readWrite, .create, .exclusive, .noFollow],
            permissions: .ownerReadWrite
        )
        let queue = try DatabaseQueue(path: request.output, configuration: configuration)
        let count = try queue.writeWithoutTransaction { database in
            try database.execute(sql: IndexSchema.tables)
            try database.inTransaction {
                try sort(&reader, in: database)
                return .commit
            }
            var count: Int64 = 0
            try database.inTransaction {
                count = try insert(in: database)
                try database.execute(sql: IndexSchema.optimization)
                try describe(request.subject, count, in: database)
                return .commit
            }
            return count
        }
        try queue.close()
        try file.synchronize()
        return count
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.prepareDatabase { database in
            // The file is thrown away unless it is complete, so no journal; sorting goes to a file beyond the cache.
            for pragma in [
                "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "temp_store = FILE",
                "cache_size = -32768", "application_id = \(IndexSchema.applicationID)",
            ] {
                try database.execute(sql: "PRAGMA \(pragma)")
            }
        }
        return configuration
    }

    /// Puts the records into a temporary table, with paths that sort as components do.
    private static func sort(_ reader: inout SpoolReader, in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE record (
                    path BLOB, mode INTEGER, user INTEGER, "group" INTEGER, size INTEGER, modified INTEGER,
                    nanoseconds INTEGER, flags INTEGER
                )
                """
        )
        let insertion = try database.makeStatement(sql: "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        while let entry = try reader.next() {
            let key = entry.path.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
            try insertion.execute(arguments: [
                Data(key), Int64(entry.kind.modeBits | entry.permissions), Int64(entry.userID), Int64(entry.groupID),
                Int64(bitPattern: entry.size), entry.modified, Int64(entry.modifiedNanoseconds),
                entry.isHardLink ? Int64(EntrySpoolFormat.hardLinkFlag) : 0,
            ])
        }
    }

    /// Numbers the records in their order and finds the directory of each.
    private static func insert(in database: Database) throws -> Int64 {
        let records = try Row.fetchCursor(
            database,
            sql: "SELECT path, \(IndexSchema.columns) FROM temp.record ORDER BY path"
        )
        let entry = try database.makeStatement(
            sql: "INSERT INTO entry (id, parent, name, \(IndexSchema.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        let mark = try database.makeStatement(sql: "INSERT INTO mark (directory, number, entry) VALUES (?, ?, ?)")
        var directories = OpenDirectories()
        var blocks = try BlockWriter(database)
        var id: Int64 = 0
        while let record = try records.next() {
            guard let path = Data.fromDatabaseValue(record[0]), let mode = Int64.fromDatabaseValue(record[1]) else {
                throw BackupError(damagedSpool: "could not be sorted")
            }
            id += 1
            let isDirectory = FileEntry.Kind(mode: UInt32(truncatingIfNeeded: mode)) == .directory
            let place = try directories.place([UInt8](path), id: id, isDirectory: isDirectory)
            try close(place.closed, last: id - 1, in: database)
            let (number, rest) = place.index.quotientAndRemainder(dividingBy: IndexSchema.markInterval)
            if number > 0, rest == 0 { try mark.execute(arguments: [place.parent, number, id]) }
            let others = (2...7).map { record[$0] as DatabaseValue }
            try entry.execute(arguments: StatementArguments([id, place.parent, Data(place.name), mode] + others))
            try blocks.add(Array(place.name).foldedName, in: place.parent, isDirectory: isDirectory)
        }
        try blocks.end()
        try close(directories.ids, last: id, in: database)
        return id
    }

    private static func close(_ directories: [Int64], last: Int64, in database: Database) throws {
        guard !directories.isEmpty else { return }
        let directory = try database.cachedStatement(sql: "INSERT INTO directory (id, last) VALUES (?, ?)")
        for id in directories { try directory.execute(arguments: [id, last]) }
    }

    private static func describe(_ subject: IndexSubject, _ count: Int64, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO export VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                IndexSchema.version, Int64(subject.id), Int64(bitPattern: subject.inode),
                Int64(bitPattern: subject.size),
                subject.sha256, Int64(clamping: subject.created), Int64(clamping: subject.snapshotCreated), count,
            ]
        )
    }
}
