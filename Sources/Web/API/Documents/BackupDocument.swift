import BackupModel

/// One backup, with the keys of `Backup1.GetList`.
struct BackupDocument: Encodable {
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

    init(_ summary: ExportSummary) {
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
struct BackupListDocument: Encodable {
    let backups: [BackupDocument]
}
