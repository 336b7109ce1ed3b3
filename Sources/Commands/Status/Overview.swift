import BackupModel
import Client
import Linux
import SystemPackage

/// What there is to know at a glance; nil is what this user may not ask for.
struct Overview: Sendable {
    /// How much room there is where something is kept.
    struct Space: Sendable {
        let path: String
        let freeByteCount: UInt64
        let byteCount: UInt64
    }

    var job: ExportStatus?
    var backups: [ExportSummary]?
    var snapshotStatus: SnapshotStatus?
    var snapshots: [SnapshotSummary]?
    var spaces: [Space] = []

    var newestBackup: ExportSummary? { backups?.max { ($0.created, $0.id) < ($1.created, $1.id) } }
    var newestSnapshot: SnapshotSummary? { snapshots?.max { ($0.created, $0.id) < ($1.created, $1.id) } }

    /// What this user may not ask for, by the polkit action that would let them.
    var hidden: [String] {
        [
            (job == nil, "\(ServiceNames.backup).Status"), (backups == nil, "\(ServiceNames.backup).GetList"),
            (snapshotStatus == nil, "\(ServiceNames.snapshot).Status"),
            (snapshots == nil, "\(ServiceNames.snapshot).GetList"),
        ].filter(\.0).map(\.1)
    }
}

extension Overview {
    /// Asks for all of it.
    /// - Throws: `BackupError` where the service is not there, or this user may ask for nothing.
    static func load(_ snapshots: SnapshotClient, _ backups: BackupClient) async throws -> Overview {
        var refusal: BackupError?
        func permitted<Answer>(_ ask: () async throws(BackupError) -> Answer) async throws(BackupError) -> Answer? {
            do throws(BackupError) {
                return try await ask()
            } catch {
                guard [.accessDenied, .interactiveAuthorizationRequired].contains(error.code) else { throw error }
                refusal = error
                return nil
            }
        }
        var overview = Overview()
        overview.job = try await permitted { () async throws(BackupError) in try await backups.status() }
        overview.backups = try await permitted { () async throws(BackupError) in try await backups.list() }
        overview.snapshotStatus = try await permitted { () async throws(BackupError) in try await snapshots.status() }
        overview.snapshots = try await permitted { () async throws(BackupError) in try await snapshots.list() }
        if overview.hidden.count == 4, let refusal { throw refusal }
        overview.spaces = await overview.findSpaces()
        return overview
    }

    /// The room on the filesystems of the newest backup and snapshot, as far as this user can look there.
    private func findSpaces() async -> [Space] {
        let places = [newestBackup?.path, newestSnapshot?.path].compactMap { $0 }
            .map { FilePath($0).removingLastComponent() }
        let found = try? await blocking {
            places.compactMap { place in (try? FilesystemSpace(under: place)).map { (place, $0) } }
        }
        var result: [Space] = []
        var known: Set<UInt64> = []
        for (place, space) in found ?? [] where known.insert(space.id).inserted {
            let path = place.string
            result.append(Space(path: path, freeByteCount: space.freeByteCount, byteCount: space.byteCount))
        }
        return result
    }
}
