import BackupModel
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import FileIndex

/// What listing and searching cost: with a million entries no more than with a few, but for what is found.
struct QueryPlanTests {
    private final class Statements: Sendable {
        let texts = Mutex<Set<String>>([])
    }

    @Test func `no question to an index reads all entries, or sorts them`() throws {
        try withTemporaryDirectory { directory in
            let index = try IndexFixture(directory).build { spool in
                spool.add("data", .directory)
                spool.add("data/folder", .directory)
                for number in 0..<200 { spool.add("data/folder/file \(number)") }
            }
            let statements = Statements()
            try index.queue.read { database in
                database.trace { event in
                    guard case .statement(let statement) = event else { return }
                    _ = statements.texts.withLock { $0.insert(statement.sql) }
                }
            }
            #expect(try index.names("data/folder", limit: 7, offset: 155).count == 7)
            #expect(try index.search("folder/file 42") == ["data/folder/file 42"])
            let questions = statements.texts.withLock { texts in
                texts.filter { $0.hasPrefix("SELECT") || $0.hasPrefix("WITH") }
            }
            #expect(questions.count >= 6)
            let steps = try index.queue.read { database in
                database.trace(options: [])
                return try questions.flatMap { text in
                    let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(text)")
                    statement.setUncheckedArguments(StatementArguments())
                    return try Row.fetchAll(statement).map { String.fromDatabaseValue($0["detail"]) ?? "" }
                }
            }
            #expect(steps.contains { $0.contains("SEARCH entry USING INTEGER PRIMARY KEY") }, "\(steps)")
            #expect(steps.contains { $0.contains("SEARCH mark USING PRIMARY KEY") }, "\(steps)")
            #expect(steps.contains { $0.contains("SCAN trigram VIRTUAL TABLE") }, "\(steps)")
            let whole = ["SCAN entry", "SCAN block", "SCAN directory", "SCAN mark", "TEMP B-TREE"]
            #expect(!steps.contains { step in whole.contains { step.contains($0) } }, "\(steps)")
        }
    }
}
