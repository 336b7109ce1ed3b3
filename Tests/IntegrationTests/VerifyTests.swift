import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// Verifying over the bus, with the real service, worker and gpg.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct VerifyTests {
    /// Runs `body` with a service that has an export of a snapshot with `script`'s files.
    private func withExport(
        _ script: String = "echo hello >file; head -c 300000 /dev/urandom >noise",
        _ body: (TestService, ChildProcess, SnapshotID) async throws -> Void
    ) async throws {
        try await withService { service in
            try await shell("cd '\(service.root)/broot/data'; \(script)")
            try await service.withDaemon { daemon in
                let id = try await service.createSnapshot()
                _ = try await service.call(
                    ServiceNames.backup,
                    "Create",
                    [.uint32(id), .string(TestService.password)]
                )
                #expect(try await service.untilExported(id).result == "done")
                try await body(service, daemon, id)
            }
        }
    }

    private func verify(_ id: SnapshotID, _ service: TestService, password: String = TestService.password) async throws
    {
        let options = Value.properties(["password": .string(password)])
        _ = try await service.call(ServiceNames.backup, "Verify", [.uint32(id), options])
    }

    /// What `Status` says of a verification once it has ended.
    private func outcome(
        _ id: SnapshotID,
        _ service: TestService,
        password: String = TestService.password
    ) async throws -> (result: String, error: String, name: String) {
        try await verify(id, service, password: password)
        let (result, error) = try await service.untilExported(id)
        return (result, error, try await service.status()["last_error_name"]?.string ?? "")
    }

    private func verifiedAt(_ id: SnapshotID, _ service: TestService) async throws -> UInt64 {
        let list = try await service.call(ServiceNames.backup, "GetList").first?.elements ?? []
        let entry = list.compactMap(\.propertyEntries).first { $0["id"]?.integer() == id }
        let time = entry?["verified_at"]?.integer(as: UInt64.self) ?? 0
        #expect(entry?["verified"]?.bool == (time > 0))
        return time
    }

    @Test func `an export is verified, which the list tells until it is replaced or damaged`() async throws {
        try await withExport { service, _, id in
            #expect(try await verifiedAt(id, service) == 0)
            let good = try await outcome(id, service)
            #expect(good.result == "done" && good.error.isEmpty && good.name.isEmpty, "\(good)")
            #expect(try await verifiedAt(id, service) > 1_700_000_000)
            // A wrong password tells nothing of the export.
            let wrong = try await outcome(id, service, password: "wrong")
            #expect(wrong.result == "failed" && wrong.name == "tech.noreya.Error.BadPassword", "\(wrong)")
            #expect(!wrong.error.contains("wrong\""))
            #expect(try await verifiedAt(id, service) > 0)
            try await shell(
                """
                cd '\(service.backups)'
                printf '\\252\\125' | dd of=nexus_backup_\(id).tar.gpg bs=1 seek=100000 conv=notrunc status=none
                """
            )
            let damaged = try await outcome(id, service)
            #expect(damaged.result == "failed" && damaged.name == "tech.noreya.Error.Corrupt", "\(damaged)")
            #expect(try await verifiedAt(id, service) == 0)
            _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string(TestService.password)])
            #expect(try await service.untilExported(id).result == "done")
            #expect(try await outcome(id, service).result == "done")
            _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string(TestService.password)])
            #expect(try await service.untilExported(id).result == "done")
            #expect(try await verifiedAt(id, service) == 0)
            try await service.withBackups { try await service.untilIndexed(id, $0) }
            let names = try FileManager.default.contentsOfDirectory(atPath: service.backups.string)
            #expect(names.allSatisfy { !$0.hasPrefix(".") }, "\(names)")
        }
    }

    @Test func `a verification that was noted is still known after a restart`() async throws {
        try await withService { service in
            try await shell("echo hello >'\(service.root)/broot/data/file'")
            let id = try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string(TestService.password)])
                _ = try await service.untilExported(id)
                #expect(try await outcome(id, service).result == "done")
                return id
            }
            try await service.withDaemon { _ in
                let time = try await verifiedAt(id, service)
                #expect(time > 0)
            }
        }
    }

    @Test func `what can't be verified is refused`() async throws {
        try await withExport { service, _, id in
            let refusals: [(SnapshotID, [String: Value], String)] = [
                (id + 1, ["password": .string("x")], "tech.noreya.Error.NotFound"),
                (id, [:], "org.freedesktop.DBus.Error.InvalidArgs"),
                (id, ["password": .uint32(1)], "org.freedesktop.DBus.Error.InvalidArgs"),
                (id, ["password": .string("")], "org.freedesktop.DBus.Error.InvalidArgs"),
                (id, ["max-rate": .uint64(1)], "org.freedesktop.DBus.Error.InvalidArgs"),
                (id, ["password": .string("x"), "speed": .uint64(1)], "org.freedesktop.DBus.Error.InvalidArgs"),
            ]
            for (id, options, name) in refusals {
                let error = await #expect(throws: DBusError.self) {
                    _ = try await service.call(ServiceNames.backup, "Verify", [.uint32(id), .properties(options)])
                }
                #expect(error?.name == name, "\(options): \(error.debugDescription)")
            }
            #expect(try await service.status()["id"]?.integer() == SnapshotID(0))
            let result = try await service.bus.run(
                [
                    "busctl", "--system", "--allow-interactive-authorization=no", "call",
                    ServiceNames.backup, ServiceNames.backupPath, ServiceNames.backup,
                    "Verify",
                    "ua{sv}", "\(id)", "1", "password", "s", "x",
                ],
                as: TestService.grantedUser
            )
            #expect(result.status == 1 && result.errors.contains("Access denied"), "\(result)")
        }
    }

    /// A file whose export takes a while to verify.
    private static let large = "head -c 300000000 /dev/zero >zeros"

    @Test func `a verification is a job: the only one, to be seen, cancelled and killed`() async throws {
        try await withExport(Self.large) { service, daemon, id in
            try await verify(id, service)
            let error = await #expect(throws: DBusError.self) { try await verify(id, service) }
            #expect(error?.name == "tech.noreya.Error.Busy")
            #expect(error?.message.contains("The verification of the export of snapshot \(id) is running") == true)
            try await eventually("progress") {
                let status = try await service.status()
                return status["phase"]?.string == "verifying" && status["progress"]?.integer(as: Int.self) ?? 0 > 0
            }
            _ = try await service.call(ServiceNames.backup, "Cancel")
            #expect(try await service.untilExported(id).result == "cancelled")
            try await expectNothingLeft(in: service)
            try await verify(id, service)
            var found: Int32?
            try await eventually("the worker to run") {
                found = children(of: daemon.id).first { name(of: $0) == "nexus-restore" }
                return found != nil
            }
            try await shell("kill -9 \(found ?? 0)")
            let (result, reason) = try await service.untilExported(id)
            #expect(result == "failed")
            #expect(reason.hasPrefix("The verification program was ended by signal 9;"), "\(reason)")
            try await expectNothingLeft(in: service)
            #expect(try await outcome(id, service).result == "done")
        }
    }

    @Test func `a verification that the service's end cut off is told as one`() async throws {
        try await withService { service in
            try await shell("cd '\(service.root)/broot/data'; \(Self.large)")
            let id = try await service.withDaemon { daemon in
                let id = try await service.createSnapshot()
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string(TestService.password)])
                _ = try await service.untilExported(id)
                try await verify(id, service)
                try daemon.kill()
                return id
            }
            try await expectNothingLeft(in: service)
            try await service.withDaemon { _ in
                let error = try await service.status()["last_error"]?.string ?? ""
                #expect(error.contains("in the middle of the verification of the export of snapshot \(id)"), "\(error)")
                #expect(try await outcome(id, service).result == "done")
            }
        }
    }

    @Test func `the command verifies, and its exit status tells what is wrong`() async throws {
        try await withExport { service, _, id in
            let program = try executableDirectory().appending("nexus-backup").string
            func run(_ password: String, _ id: SnapshotID) async throws -> String {
                try await shell(
                    """
                    set +e
                    '\(program)' backup verify \(id) --address '\(service.bus.address.text)' 2>&1 | grep -v ' %'
                    echo "${PIPESTATUS[0]}"
                    """,
                    input: password
                )
            }
            #expect(
                try await run(TestService.password, id)
                    == "Backup \(id) is intact: every file in it is as it was written.\n0\n"
            )
            #expect(try await run("x", id).hasSuffix("does not open the export of snapshot \(id).\n83\n"))
            #expect(try await run("x", id + 1).hasSuffix("\n80\n"))
            try await shell("truncate -s 1000 '\(service.backups)/nexus_backup_\(id).tar.gpg'")
            #expect(try await run(TestService.password, id).hasSuffix("\n65\n"))
        }
    }

    private func expectNothingLeft(in service: TestService) async throws {
        try await eventually("processes of the job to end") {
            try processes(mentioning: service.root.appending("run").string).isEmpty
        }
    }
}
