import BackupModel
import Client
import FoundationEssentials
import Hummingbird

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
        async let exports = backups.list()
        return OverviewDocument.Findings(
            snapshots: try await list,
            status: try await status,
            exports: try await exports,
            job: try await job
        )
    }
}
