import BackupModel
import Documents

/// What there is, what runs, and what somebody should look at.
struct OverviewDocument: Encodable {
    struct Backups: Encodable {
        let count: Int
        let bytes: UInt64
    }

    struct Snapshots: Encodable {
        let count: Int
        let latest: SnapshotDocument?
    }

    struct Attention: Encodable, Equatable {
        let code: String
        let message: String
    }

    let now: UInt64
    let lastBackup: BackupDocument?
    let backups: Backups
    let snapshots: Snapshots
    let job: BackupStatusDocument
    let snapshotOperation: String
    let rebootRequired: Bool
    let mountsOfOld: [String]
    let freeBytes: UInt64?
    let attention: [Attention]

    /// Seconds after which a backup is called old.
    static let oldAge: UInt64 = 7 * 24 * 60 * 60

    init(_ findings: Findings, now: UInt64) {
        self.now = now
        let last = findings.exports.max { $0.created < $1.created }
        lastBackup = last.map(BackupDocument.init)
        backups = Backups(count: findings.exports.count, bytes: findings.exports.reduce(0) { $0 &+ $1.size })
        let latest = findings.snapshots.max { $0.id < $1.id }
        snapshots = Snapshots(count: findings.snapshots.count, latest: latest.map(SnapshotDocument.init))
        job = BackupStatusDocument(findings.job)
        snapshotOperation = findings.status.operation
        rebootRequired = findings.status.isRebootRequired
        mountsOfOld = findings.status.mountsOfOld
        freeBytes = findings.job.freeByteCount
        attention = Self.attention(findings, last: last, now: now)
    }

    /// What the two objects told.
    struct Findings: Sendable {
        var snapshots: [SnapshotSummary]
        var status: SnapshotStatus
        var exports: [ExportSummary]
        var job: ExportStatus
    }

    private static func attention(_ findings: Findings, last: ExportSummary?, now: UInt64) -> [Attention] {
        var attention: [Attention] = []
        if findings.status.isRebootRequired {
            let message = "A snapshot was made live; it is seen everywhere only after a reboot."
            attention.append(Attention(code: "reboot_required", message: message))
        }
        if findings.job.id == 0, findings.job.lastResult == .failed {
            attention.append(Attention(code: "last_failed", message: "The last job failed: \(findings.job.lastError)"))
        }
        if let last {
            if last.created < now, now - last.created > oldAge {
                let message = "The last backup was made \((now - last.created) / 86400) days ago."
                attention.append(Attention(code: "old_backup", message: message))
            }
            if let free = findings.job.freeByteCount, findings.job.id == 0, free < last.size {
                let message = "Less room is left than the last backup takes; delete backups that are no longer needed."
                attention.append(Attention(code: "little_space", message: message))
            }
        } else if findings.job.id == 0 {
            attention.append(Attention(code: "no_backup", message: "There is no backup yet."))
        }
        return attention
    }
}
