import BackupModel
import ExportProtocol
import GRDB

/// Reads what a search found in one index.
struct MatchReader {
    var paths = PathReader()
    private let subject: IndexSubject

    init(_ subject: IndexSubject) {
        self.subject = subject
    }

    /// The entries with these numbers, which are in their order, and near each other.
    mutating func read(_ numbers: ArraySlice<Int64>, in database: Database) throws -> [FileMatch] {
        guard let first = numbers.first, let last = numbers.last else { return [] }
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT id, parent, name, \(IndexSchema.columns) FROM entry WHERE id BETWEEN ? AND ? ORDER BY id"
            ),
            arguments: [first, last]
        )
        var result: [FileMatch] = []
        var remaining = numbers
        while let number = remaining.first, let row = try rows.next() {
            guard let id = Int64.fromDatabaseValue(row[0]), let parent = Int64.fromDatabaseValue(row[1]), id <= number
            else { throw Damage() }
            guard id == number else { continue }
            var entry = try FileIndex.entry(row, from: 2)
            entry.path = try paths.path(of: parent, in: database) + entry.path
            result.append(match(entry))
            remaining.removeFirst()
        }
        guard remaining.isEmpty else { throw Damage() }
        return result
    }

    private func match(_ entry: FileEntry) -> FileMatch {
        FileMatch(
            id: subject.id,
            exportCreated: subject.created,
            snapshotCreated: subject.snapshotCreated,
            entry: entry
        )
    }
}
