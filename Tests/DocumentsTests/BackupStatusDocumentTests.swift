import BackupModel
import Foundation
import Testing

@testable import Documents

@Suite struct BackupStatusDocumentTests {
    private func keys(_ document: some Encodable) throws -> Set<String> {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let object = try JSONSerialization.jsonObject(with: encoder.encode(document)) as? [String: Any]
        return Set((object ?? [:]).keys)
    }

    @Test func `the keys are those of the methods on the bus`() throws {
        let status = try keys(BackupStatusDocument(ExportStatus()))
        #expect(
            status.isSuperset(of: ["id", "progress", "bytes_done", "held_back_seconds", "last_id", "last_error_name"])
        )
        #expect(!status.contains("last_restored"))
        #expect(try keys(BackupListDocument([])) == ["backups"])
        #expect(try keys(SnapshotListDocument([])) == ["snapshots"])
    }
}
