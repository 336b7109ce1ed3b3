import BackupModel
import DBus
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(5)))
struct StatusCommandTests {
    private static let now: UInt64 = 2_000_000_000

    private static func overview() -> Overview {
        var overview = Overview()
        overview.job = ExportStatus()
        overview.backups = [
            ExportSummary(
                id: 7,
                path: "/b/nexus_backup_7.tar.gpg",
                name: "nexus_backup_7.tar.gpg",
                size: 3 << 30,
                created: now - 7200,
                sha256: "",
                description: "\u{1B}[31mnightly",
                snapshotExists: true,
                isVerified: false
            )
        ]
        overview.snapshotStatus = SnapshotStatus()
        overview.snapshots = []
        overview.spaces = [.init(path: "/b", freeByteCount: 10 << 30, byteCount: 100 << 30)]
        return overview
    }

    @Test func `an overview where all is well`() {
        #expect(
            Self.overview().details(now: Self.now).lines == [
                "Last backup  7, made 2 hours ago, 3.00 GiB, not verified, \"\\u{1b}[31mnightly\"",
                "Running      no backup", "Backups      1, 3.00 GiB in all", "Snapshots    none",
                "Free space   10.0 GiB of 100 GiB at /b", "Look at      nothing",
            ]
        )
    }

    @Test func `what an administrator should look at is said`() throws {
        var overview = Self.overview()
        #expect(overview.attention(now: Self.now).isEmpty)
        overview.snapshotStatus?.isRebootRequired = true
        overview.snapshotStatus?.mountsOfOld = ["/"]
        overview.job?.lastID = 9
        overview.job?.lastResult = .failed
        overview.job?.lastError = "The disk is full."
        overview.spaces = [.init(path: "/b", freeByteCount: 1 << 30, byteCount: 100 << 30)]
        #expect(
            overview.attention(now: Self.now + 8 * 86_400) == [
                "The state from before the last activation is still mounted at /: reboot to see the new one.",
                "The last job, of snapshot 9, failed: The disk is full.",
                "The newest backup was made 1 week ago; it is time for another one.",
                "1.00 GiB are free for backups, less than the newest one takes; delete backups or snapshots that are no longer "
                    + "needed.",
            ]
        )
        overview.backups = []
        let sentences = overview.attention(now: Self.now)
        #expect(sentences.contains { $0.hasPrefix("There is no backup yet; take a snapshot") })
    }

    @Test func `the room for backups is told before there is one, and to users who can't look there`() {
        var overview = Self.overview()
        overview.job?.freeByteCount = 2 << 30
        #expect(overview.attention(now: Self.now).count == 1)
        overview.spaces = []
        #expect(overview.details(now: Self.now).lines.contains("Free space   2.00 GiB for backups"))
        overview.backups = []
        overview.spaces = [.init(path: "/s", freeByteCount: 10 << 30, byteCount: 100 << 30)]
        let lines = overview.details(now: Self.now).lines
        #expect(lines.contains("Free space   2.00 GiB for backups"))
        #expect(lines.contains("             10.0 GiB of 100 GiB at /s"))
    }

    @Test func `what runs is said`() {
        var overview = Self.overview()
        overview.job?.id = 8
        overview.job?.progress = 20
        overview.snapshotStatus = SnapshotStatus(isBusy: true, operation: "delete", id: 3)
        let lines = overview.details(now: Self.now).lines
        #expect(lines.contains("Running      Backup 8: 20 %") && lines.contains("             deleting snapshot 3"))
    }

    @Test func `what the user may not ask for is named, and the rest is shown`() async throws {
        var state = PeerService.State()
        state.errors["Status"] = .accessDenied
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["status", "--address", service.address]) == 0)
            let text = try console.outputText
            #expect(text.contains("Snapshots    none\n") && text.contains("ask for: tech.noreya.Backup1.Status\n"))
            #expect(text.contains("tech.noreya.Snapshot1.Status\n") && !text.contains("Running"))
        }
    }

    @Test(arguments: [BackupError.Code.accessDenied, .failed])
    func `who may ask for nothing, or a service that fails, is an error`(code: BackupError.Code) async throws {
        var state = PeerService.State()
        for method in ["Status", "GetList"] { state.errors[method] = code }
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["status", "--address", service.address]) == code.exitStatus)
            #expect(try console.outputText.isEmpty)
        }
    }

    @Test func `free space is that of the filesystem the newest backup is on`() async throws {
        var state = PeerService.State.of()
        state.exports[0]["path"] = .string("/tmp/nexus_backup_7.tar.gpg")
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            #expect(try await console.run(["status", "--address", service.address]) == 0)
            #expect(try console.outputText.contains(/Free space +[0-9.]+ [KMGTP]iB of [0-9.]+ [KMGTP]iB at \/tmp\n/))
        }
    }
}
