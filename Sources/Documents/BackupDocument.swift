package import BackupModel

/// One backup, with the keys of `Backup1.GetList`.
package struct BackupDocument: Encodable {
    package let id: SnapshotID
    package let path: String
    package let name: String
    package let size: UInt64
    package let created: UInt64
    package let sha256: String
    package let description: String
    package let snapshotExists: Bool
    package let verified: Bool
    package let verifiedAt: UInt64

    package init(_ summary: ExportSummary) {
        id = summary.id
        path = summary.path
        name = summary.name
        size = summary.size
        created = summary.created
        sha256 = summary.sha256
        description = summary.description
        snapshotExists = summary.snapshotExists
        verified = summary.isVerified
        verifiedAt = summary.verifiedAt
    }
}

/// All backups.
package struct BackupListDocument: Encodable {
    package let backups: [BackupDocument]

    package init(_ summaries: [ExportSummary]) {
        backups = summaries.map(BackupDocument.init)
    }
}
