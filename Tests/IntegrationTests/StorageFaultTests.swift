import BackupModel
import DBus
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Every call by which the daemon touches the directory of exports, failing one at a time in one export after another: it is
/// done and whole, or it failed, `Status` says why, and the earlier export of the same snapshot is as it was. Without indexes,
/// which are made after the end of an export: see `IndexFaultTests`.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct StorageFaultTests {
    /// What must come of a fault.
    private enum Expectation {
        /// The export is done.
        case done
        /// It failed.
        case failed
        /// It failed for want of space.
        case full
        /// Either, as it depends on the call.
        case either
    }

    private static let rows: [(FaultCall, [(FaultKind, Expectation)])] = [
        (.open, [(.error(.ioError), .either), (.error(.interrupted), .done)]),
        (.write, [(.error(.noSpace), .full), (.error(.ioError), .failed)]),
        (.write, [(.error(.interrupted), .done), (.short, .done)]),
        (.stat, [(.error(.ioError), .either), (.error(.interrupted), .done)]),
        // A filesystem without ACLs has none for the first file either.
        (.setXattr, [(.error(.noSpace), .full), (.error(.ioError), .failed), (.error(.notSupported), .either)]),
        (.sync, [(.error(.ioError), .failed), (.error(.noSpace), .full), (.error(.interrupted), .done)]),
        (.rename, [(.error(.ioError), .failed), (.error(.noSpace), .full)]),
        (.unlink, [(.error(.ioError), .either)]),
        (.close, [(.error(.ioError), .done)]),
    ]

    private static let mark = ".job.json"

    private struct Storage: Equatable {
        /// Names and contents, but for the mark of a job, which the next one removes.
        var files: [String: Data] = [:]
    }

    @Test func `a failing call of the directory of exports fails the export alone`() async throws {
        try await withService { service in
            try await shell("head -c 300000 /dev/urandom > \(service.root)/broot/data/noise")
            let library = try await FaultLibrary.make(in: service.root)
            let plan = try FaultPlan(
                at: service.root.appending("plan"),
                program: "nexus-backupd",
                storage: service.backups
            )
            let environment = library.environment(plan).map { "\($0)=\($1)" }
            let options = try service.configuration("[export]\nindex = false\n")
            try await service.withDaemon(prefix: ["env"] + environment, options: options) { _ in
                let id = try await service.createSnapshot("the snapshot")
                try await export(id, in: service, expecting: .done)
                try plan.set(nil)
                try await export(id, in: service, expecting: .done)
                let counts = try Self.rows.map { try plan.count(.storage, $0.0) }
                var lines = ["the directory of exports: calls, runs with a fault, done, failed"]
                for ((call, kinds), count) in zip(Self.rows, counts) {
                    #expect(count > 0, "\(call) is never called")
                    for (kind, expectation) in kinds {
                        var done = 0
                        for number in 1...max(count, 1) {
                            try plan.set(Fault(.storage, call, kind, at: number))
                            let name = "\(call) \(kind) at \(number)"
                            if try await export(id, in: service, expecting: expectation, name) { done += 1 }
                            #expect(try plan.injectedCount() == 1, "\(name)")
                        }
                        let name = "\(call) \(kind)".padding(toLength: 22, withPad: " ", startingAt: 0)
                        lines.append("  \(name) \(count)\t\(count)\t\(done)\t\(count - done)")
                    }
                }
                print(lines.joined(separator: "\n"))
                try await exportFirst(id, in: service, plan)
                try plan.set(nil)
                try await export(id, in: service, expecting: .done)
                #expect(!FileManager.default.fileExists(atPath: service.backups.appending(Self.mark).string))
                try await open(
                    service.backups.appending("nexus_backup_\(id).tar.gpg"),
                    password: TestService.password,
                    into: service.root.appending("opened")
                )
            }
        }
    }

    /// The same for the steps that put an export in its place where there is none before it.
    private func exportFirst(_ id: SnapshotID, in service: TestService, _ plan: FaultPlan) async throws {
        for call in [FaultCall.sync, .rename] {
            for number in 1...6 {
                try await shell("rm -f \(service.backups)/*")
                try plan.set(Fault(.storage, call, .error(.ioError), at: number))
                // Each of the two names is first tried to be exchanged, then taken.
                try await export(id, in: service, expecting: .failed, "first, \(call) at \(number)")
                #expect(try plan.injectedCount() == 1, "first, \(call) at \(number)")
            }
        }
    }

    /// Exports the snapshot and looks at what is there afterwards.
    /// - Returns: Whether it is done.
    @discardableResult
    private func export(
        _ id: SnapshotID,
        in service: TestService,
        expecting expectation: Expectation,
        _ fault: String = "no fault"
    ) async throws -> Bool {
        let before = try storage(service)
        let (isDone, error) = try await outcome(id, in: service)
        let after = try storage(service)
        let name = "nexus_backup_\(id)"
        let names: Set = ["\(name).json", "\(name).tar.gpg", "\(name).tar.gpg.sha256"]
        if isDone {
            #expect(Set(after.files.keys) == names, "\(fault)")
            for name in names { #expect(after.files[name] != before.files[name], "\(fault)") }
            try checkDigest(id, after, fault)
        } else {
            #expect(after == before, "\(fault)")
            #expect(error.contains("."), "\(fault): \(error)")
        }
        switch expectation {
        case .done: #expect(isDone, "\(fault): \(error)")
        case .failed: #expect(!isDone, "\(fault)")
        case .full:
            #expect(!isDone, "\(fault)")
            #expect(error.contains("Free some space"), "\(fault): \(error)")
        case .either: break
        }
        let runtime = service.root.appending("run")
        #expect(try FileManager.default.contentsOfDirectory(atPath: runtime.string) == [], "\(fault)")
        return isDone
    }

    /// How an export ended, and what the call or `Status` said.
    private func outcome(_ id: SnapshotID, in service: TestService) async throws -> (isDone: Bool, error: String) {
        let address = [ServiceNames.backup, ServiceNames.backupPath, "\(ServiceNames.backup).Create"]
        let call = ["dbus-send", "--system", "--print-reply=literal", "--dest=\(address[0])", address[1], address[2]]
        // As a user who is not the owner of the file, so that it is given an ACL.
        let reply = try await service.bus.run(
            call + ["uint32:\(id)", "string:\(TestService.password)"],
            as: TestService.grantedUser
        )
        guard reply.status == 0 else { return (false, reply.errors) }
        let (result, error) = try await service.untilExported(id)
        return (result == "done", error)
    }

    private func checkDigest(_ id: SnapshotID, _ storage: Storage, _ fault: String) throws {
        let record = try #require(storage.files["nexus_backup_\(id).json"])
        let fields = try #require(try JSONSerialization.jsonObject(with: record) as? [String: Any])
        #expect(fields["size"] as? Int == storage.files["nexus_backup_\(id).tar.gpg"]?.count, "\(fault)")
    }

    private func storage(_ service: TestService) throws -> Storage {
        var storage = Storage()
        let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
        for name in names where name != Self.mark {
            let path = service.backups.appending(name).string
            storage.files[name] = try Data(contentsOf: URL(filePath: path))
        }
        return storage
    }
}
