import BackupModel
import Documents

/// What `status --json` writes; what this user may not ask for is not in it.
struct OverviewDocument: Encodable {
    struct Space: Encodable {
        let path: String
        let freeBytes: UInt64
        let totalBytes: UInt64
    }

    let job: BackupStatusDocument?
    let newestBackup: BackupDocument?
    let backupCount: Int?
    let backupBytes: UInt64?
    let newestSnapshot: SnapshotDocument?
    let snapshotCount: Int?
    let busy: Bool?
    let operation: String?
    let active: SnapshotID?
    let rebootRequired: Bool?
    let mountsOfOld: [String]?
    let space: [Space]
    let notShown: [String]
    let attention: [String]

    init(_ overview: Overview, now: UInt64) {
        job = overview.job.map(BackupStatusDocument.init)
        newestBackup = overview.newestBackup.map(BackupDocument.init)
        backupCount = overview.backups?.count
        backupBytes = overview.backups?.reduce(0) { $0.addingReportingOverflow($1.size).partialValue }
        newestSnapshot = overview.newestSnapshot.map(SnapshotDocument.init)
        snapshotCount = overview.snapshots?.count
        busy = overview.snapshotStatus?.isBusy
        operation = overview.snapshotStatus?.operation
        active = overview.snapshotStatus?.active
        rebootRequired = overview.snapshotStatus?.isRebootRequired
        mountsOfOld = overview.snapshotStatus?.mountsOfOld
        space = overview.spaces.map {
            Space(path: $0.path, freeBytes: $0.freeByteCount, totalBytes: $0.byteCount)
        }
        notShown = overview.hidden
        attention = overview.attention(now: now)
    }
}
