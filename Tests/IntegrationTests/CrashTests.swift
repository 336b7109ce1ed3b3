import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// The daemon, the worker and gpg killed in the middle of an export: what is left, and what is told.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(15)))
struct CrashTests {
    enum Victim: String, CaseIterable, Sendable {
        case daemon, worker, gpg
    }

    /// Slow enough that ten points in time fall into it: 48 MB at 8 MB/s.
    private static let options = Value.properties(["password": .string("secret"), "max-rate": .uint64(8_000_000)])
    private static let points = (0..<10).map { Duration.milliseconds(30 + $0 * 280) }

    @Test(arguments: Victim.allCases)
    func `killed at ten points in time, it leaves nothing behind and the next export works`(
        victim: Victim
    ) async throws {
        try await withService { service in
            try await shell("head -c 48000000 /dev/urandom > \(service.root)/broot/data/noise")
            for point in Self.points {
                try await service.withDaemon { daemon in
                    let id = try await service.createSnapshot("\(point)")
                    _ = try await service.call(ServiceNames.backup, "CreateWithOptions", [.uint32(id), Self.options])
                    try await Task.sleep(for: point)
                    let target = try await process(victim, of: daemon, in: service)
                    try await shell("kill -9 \(target)")
                    if victim != .daemon { try await expectFailure(id, in: service) }
                }
                if victim == .daemon {
                    try await service.withDaemon { _ in
                        try await expectFailure(SnapshotID(service.lastSnapshot()), in: service)
                    }
                }
                try await expectNothingLeft(in: service)
            }
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot("after all")
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("secret")])
                #expect(try await service.untilExported(id) == ("done", ""))
                try await open(
                    service.backups.appending("nexus_backup_\(id).tar.gpg"),
                    password: "secret",
                    into: service.root.appending("opened")
                )
                for id in 1...id {
                    _ = try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
                }
            }
        }
    }

    /// The process to kill, once it runs.
    private func process(_ victim: Victim, of daemon: ChildProcess, in service: TestService) async throws -> Int32 {
        guard victim != .daemon else { return daemon.id }
        var found: Int32?
        try await eventually("the \(victim) to run") {
            found = victim == .worker ? worker(of: daemon.id) : gpg(of: daemon.id)
            return found != nil
        }
        return found ?? 0
    }

    private func expectFailure(_ id: SnapshotID, in service: TestService) async throws {
        try await eventually("the export of \(id) to have failed") { try await service.status()["id"]?.integer() == 0 }
        let status = try await service.status()
        #expect(status["last_id"]?.integer() == id)
        #expect(status["last_result"]?.string == "failed")
        #expect(status["last_error"]?.string?.isEmpty == false)
    }

    private func expectNothingLeft(in service: TestService) async throws {
        #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
        let kept = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
        #expect(kept.filter { $0.hasSuffix(".partial") } == [])
        let runtime = service.root.appending("run")
        try await eventually("the directories of gpg to go") {
            try FileManager.default.contentsOfDirectory(atPath: runtime.string) == []
        }
        try await eventually("processes of the job to end") {
            try processes(mentioning: service.root.string).isEmpty
        }
    }
}

extension TestService {
    /// The snapshot with the highest number.
    func lastSnapshot() throws -> SnapshotID {
        let names = try FileManager.default.contentsOfDirectory(atPath: snapshots.string)
        return names.compactMap { SnapshotID($0) }.max() ?? 0
    }
}
