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
                try database.execute(sql: IndexSchema.children)
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
        let trigram = try database.makeStatement(sql: "INSERT INTO trigram (rowid, name) VALUES (?, ?)")
        var directories = OpenDirectories()
        var id: Int64 = 0
        while let record = try records.next() {
            guard let path = Data.fromDatabaseValue(record[0]), let mode = Int64.fromDatabaseValue(record[1]) else {
                throw BackupError(damagedSpool: "could not be sorted")
            }
            id += 1
            let isDirectory = FileEntry.Kind(mode: UInt32(truncatingIfNeeded: mode)) == .directory
            let (parent, name) = try directories.place([UInt8](path), id: id, isDirectory: isDirectory)
            let others = (2...7).map { record[$0] as DatabaseValue }
            try entry.execute(arguments: StatementArguments([id, parent, Data(name), mode] + others))
            try trigram.execute(arguments: [id, String(decoding: name, as: UTF8.self)])
        }
        return id
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

/// The directories around the last entry, while entries come in the order of their paths.
struct OpenDirectories {
    private var stack: [(path: [UInt8], id: Int64)] = []

    /// The directory that holds the entry at `path`, whose components end with NUL, and its name; 0 for none.
    /// - Throws: `BackupError` with `corrupt` when there is no such directory.
    mutating func place(_ path: [UInt8], id: Int64, isDirectory: Bool) throws -> (
        parent: Int64, name: ArraySlice<UInt8>
    ) {
        while let last = stack.last, !(path.starts(with: last.path) && path.dropFirst(last.path.count).first == 0) {
            stack.removeLast()
        }
        let name = path[(stack.last.map { $0.path.count + 1 } ?? 0)...]
        guard !name.isEmpty, !name.contains(0) else {
            throw BackupError(damagedSpool: "has an entry in a directory that it does not have")
        }
        let parent = stack.last?.id ?? 0
        if isDirectory { stack.append((path, id)) }
        return (parent, name)
    }
}
