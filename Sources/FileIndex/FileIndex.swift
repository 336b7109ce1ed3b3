import BackupModel
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
            for pragma in ["query_only = 1", "trusted_schema = 0", "cell_size_check = 1", "cache_size = -2048"] {
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
