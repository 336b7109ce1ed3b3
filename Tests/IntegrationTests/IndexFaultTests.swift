import BackupModel
import Client
import DBus
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// Every call by which the daemon touches the directory of exports while an index is made, failing one at a time: the export
/// stays, and what is told of its files is what it holds, or that it has no index.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct IndexFaultTests {
    private static let calls: [FaultCall] = [.open, .stat, .sync, .rename, .unlink]

    @Test func `a failing call costs the index at most`() async throws {
        try await withService { service in
            let library = try await FaultLibrary.make(in: service.root)
            let plan = try FaultPlan(
                at: service.root.appending("plan"),
                program: "nexus-backupd",
                storage: service.backups
            )
            let prefix = ["env"] + library.environment(plan).map { "\($0)=\($1)" }
            let options = try service.configuration("[export]\nindex = false\n")
            let without = try await service.withDaemon(prefix: prefix, options: options) { _ in
                _ = try await service.exported()
                return try await counts(plan, of: 1, in: service)
            }
            try await service.withDaemon(prefix: prefix) { _ in
                let with = try await counts(plan, of: 1, in: service)
                for (call, (first, last)) in zip(Self.calls, zip(without, with)) {
                    #expect(first < last, "\(call) is never called for an index")
                    for number in (first + 1)..<(last + 1) {
                        try plan.set(Fault(.storage, call, .error(.ioError), at: number))
                        try await export(1, in: service, "\(call) at \(number)")
                    }
                }
                try plan.set(nil)
                try await export(1, in: service, "no fault")
                let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
                #expect(names.contains("nexus_backup_1.index"))
            }
        }
    }

    /// How often each call is made by an export with what comes after it.
    private func counts(_ plan: FaultPlan, of id: SnapshotID, in service: TestService) async throws -> [Int] {
        // The second is the first that has an earlier one to replace.
        try await export(id, in: service, "before counting")
        try plan.set(nil)
        try await export(id, in: service, "counting", isAsked: false)
        return try Self.calls.map { try plan.count(.storage, $0) }
    }

    private func export(
        _ id: SnapshotID,
        in service: TestService,
        _ fault: String,
        isAsked: Bool = true
    ) async throws {
        _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string(TestService.password)])
        let (result, error) = try await service.untilExported(id)
        #expect(result == "done", "\(fault): \(error)")
        try await eventually("the end of the index") {
            let names = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
            return !names.contains { $0.contains("entries") }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
        let name = "nexus_backup_\(id)"
        let whole = ["\(name).json", "\(name).tar.gpg", "\(name).tar.gpg.sha256"]
        #expect(Set(names).subtracting(["\(name).index"]) == Set(whole), "\(fault)")
        guard isAsked else { return }
        try await service.withBackups { backups in
            do {
                let files = try await backups.files(id)
                #expect(files.map(\.path) == ["data", "system"].map { Array($0.utf8) }, "\(fault)")
            } catch {
                #expect((error as? BackupError)?.code == .unsupported, "\(fault): \(error)")
            }
        }
    }
}
