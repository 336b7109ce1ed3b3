import BackupModel
import Documents
import Testing

@testable import Web

@Suite struct OverviewDocumentTests {
    private let now: UInt64 = 1_000_000_000

    private func export(_ id: SnapshotID, created: UInt64, size: UInt64 = 10) -> ExportSummary {
        ExportSummary(
            id: id,
            path: "",
            name: "nexus_backup_\(id).tar.gpg",
            size: size,
            created: created,
            sha256: "",
            description: "",
            snapshotExists: true,
            isVerified: false
        )
    }

    private func overview(
        _ exports: [ExportSummary] = [],
        job: ExportStatus = ExportStatus(),
        status: SnapshotStatus = SnapshotStatus(),
        free: UInt64? = 100
    ) -> OverviewDocument {
        var job = job
        job.freeByteCount = free
        let findings = OverviewDocument.Findings(snapshots: [], status: status, exports: exports, job: job)
        return OverviewDocument(findings, now: now)
    }

    @Test func `the last backup is the one that was completed last, whatever its id`() {
        let overview = overview([export(9, created: now - 50), export(3, created: now - 5, size: 7)])
        #expect(overview.lastBackup?.id == 3 && overview.backups.count == 2 && overview.backups.bytes == 17)
        #expect(overview.freeBytes == 100 && overview.attention.isEmpty)
    }

    @Test func `what needs attention is named`() {
        #expect(overview().attention.map(\.code) == ["no_backup"])
        var job = ExportStatus()
        job.lastResult = .failed
        job.lastError = "There is no room."
        let failed = overview([export(1, created: now - OverviewDocument.oldAge - 1)], job: job)
        #expect(failed.attention.map(\.code) == ["last_failed", "old_backup"])
        #expect(failed.attention.first?.message.contains("There is no room.") == true)
        let status = SnapshotStatus(isRebootRequired: true, mountsOfOld: ["/"])
        #expect(overview([export(1, created: now)], status: status).attention.map(\.code) == ["reboot_required"])
    }

    @Test func `too little room for another backup is told before it is missed`() {
        let exports = [export(1, created: now - 9, size: 200), export(2, created: now - 5, size: 50)]
        #expect(overview(exports, free: 50).attention.isEmpty)
        #expect(overview(exports, free: 49).attention.map(\.code) == ["little_space"])
        #expect(overview(exports, free: nil).attention.isEmpty)
    }

    @Test func `while a job runs, neither the first backup nor the last failure is missed`() {
        var job = ExportStatus()
        job.id = 1
        job.lastResult = .failed
        #expect(overview(job: job).attention.isEmpty)
    }

    @Test func `a clock that was put back makes no backup old`() {
        #expect(overview([export(1, created: now + 1000)]).attention.isEmpty)
    }
}
