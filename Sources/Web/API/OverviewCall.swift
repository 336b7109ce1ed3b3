import BackupModel
import Client
import FoundationEssentials
import Hummingbird
import Linux

/// What there is, what runs, and what needs attention, in one answer.
struct OverviewCall: Sendable {
    private let findings: SharedCall<OverviewDocument.Findings>

    init(service: ServiceConnection) {
        findings = SharedCall { try await Self.find(service) }
    }

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/overview") { _, _ in
                let now = UInt64(max(0, Date().timeIntervalSince1970))
                return .json(OverviewDocument(try await findings.value(), now: now))
            }
        ]
    }

    private static func find(_ service: ServiceConnection) async throws -> OverviewDocument.Findings {
        let (backups, snapshots) = (try await service.backups(), try await service.snapshots())
        async let list = snapshots.list()
        async let status = snapshots.status()
        async let job = backups.status()
        let exports = try await backups.list()
        // The directory is closed to this program; a file in it that was handed out is on the same file system.
        var free: UInt64?
        if let newest = exports.max(by: { $0.created < $1.created }), let file = try? await backups.open(newest.id) {
            free = try? file.descriptor.availableByteCount()
        }
        return OverviewDocument.Findings(
            snapshots: try await list,
            status: try await status,
            exports: exports,
            job: try await job,
            freeByteCount: free
        )
    }
}
