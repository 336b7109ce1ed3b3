import BackupModel

/// What `backup list --json` writes: the keys of `Backup1.GetList`.
struct BackupListDocument: Encodable {
    struct Entry: Encodable {
        let id: SnapshotID
        let path: String
        let name: String
        let size: UInt64
        let created: UInt64
        let sha256: String
        let description: String
        let snapshotExists: Bool
        let verified: Bool
        let verifiedAt: UInt64
    }

    let backups: [Entry]

    init(_ exports: [ExportSummary]) {
        backups = exports.map(Entry.init)
    }
}

extension BackupListDocument.Entry {
    init(_ export: ExportSummary) {
        id = export.id
        path = export.path
        name = export.name
        size = export.size
        created = export.created
        sha256 = export.sha256
        description = export.description
        snapshotExists = export.snapshotExists
        verified = export.isVerified
        verifiedAt = export.verifiedAt
    }
}
