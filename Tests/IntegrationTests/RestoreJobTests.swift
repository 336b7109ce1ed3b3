import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// A restoration as a job: watched, cancelled, cut off, and started by the command.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestoreJobTests {
    @Test func `a restoration is a job: the only one, to be seen, cancelled and killed, and nothing hidden stays`()
        async throws
    {
        try await withService { service in
            let data = service.root.appending("broot/data")
            try await shell("cd '\(data)'; head -c 200000000 /dev/zero >zeros; echo x >x")
            let id = try await service.withDaemon { daemon in
                let id = try await service.exportedSnapshot()
                let slow: [String: Value] = service.passwordOption.merging(["from": .string("export")]) { one, _ in one
                }
                let target = try service.makeTarget("cancelled")
                try await service.restore(id, target: target, slow)
                let busy = await #expect(throws: DBusError.self) {
                    try await service.restore(id, target: target, slow)
                }
                #expect(busy?.name == "tech.noreya.Error.Busy")
                #expect(busy?.message.contains("The restoration of backup \(id) is running") == true)
                try await eventually("progress") { try await service.status()["phase"]?.string == "restoring" }
                _ = try await service.call(ServiceNames.backup, "Cancel")
                #expect(try await service.untilExported(id).result == "cancelled")
                #expect(try await shell("find '\(target)' -name '.*' -mindepth 1").isEmpty)
                #expect(try processes(mentioning: service.root.appending("run").string).isEmpty)

                try await service.restore(id, target: nil, slow)
                let activation = await #expect(throws: DBusError.self) {
                    _ = try await service.call(ServiceNames.snapshot, "Activate", [.uint32(id)])
                }
                #expect(activation?.name == "tech.noreya.Error.Busy", "\(activation.debugDescription)")
                try daemon.kill()
                return id
            }
            try await eventually("the worker to end") {
                try processes(mentioning: service.root.appending("run").string).isEmpty
            }
            try await eventually("what was hidden to be removed") {
                try await shell("find '\(service.root)/broot' -maxdepth 2 -name '.nexus*'").isEmpty
            }
            try await service.withDaemon { _ in
                let error = try await service.status()["last_error"]?.string ?? ""
                #expect(error.contains("in the middle of the restoration of backup \(id)"), "\(error)")
                let status = try await service.restored(id, target: service.makeTarget(), [:])
                #expect(status["last_result"]?.string == "done")
            }
        }
    }

    @Test func `a report that nobody reads holds up its job, which can be cancelled`() async throws {
        try await withService { service in
            try await shell("cd '\(service.root)/broot/data'; seq -f 'entry-%06.0f' 5000 | xargs touch")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let report = try Pipe.make().ends()
                let options: [String: Value] = ["dry-run": .bool(true), "report-fd": .fileDescriptor(report.write)]
                try await service.restore(id, target: service.makeTarget(), options)
                try await Task.sleep(for: .milliseconds(700))
                #expect(try await service.status()["id"]?.integer() == id)
                _ = try await service.call(ServiceNames.backup, "Cancel")
                #expect(try await service.untilExported(id).result == "cancelled")
            }
        }
    }

    @Test func `the command restores, lists what it would do, and tells what is wrong`() async throws {
        try await withService { service in
            let data = service.root.appending("broot/data")
            try await shell("cd '\(data)'; mkdir docs; echo one >docs/one; echo two >docs/two")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let program = try executableDirectory().appending("nexus-backup").string
                func run(_ arguments: String..., input: String = "") async throws -> CommandResult {
                    try await service.bus.run([program, "backup", "restore", "\(id)"] + arguments, input: input)
                }
                let target = try service.makeTarget().string
                let listed = try await run("data/docs", "--target", target, "--dry-run")
                let lines = listed.output.split(separator: "\n").prefix(3).sorted()
                #expect(
                    lines == ["create     data/docs", "create     data/docs/one", "create     data/docs/two"],
                    "\(listed)"
                )
                #expect(try await shell("ls '\(target)'").isEmpty)
                let done = try await run("data/docs", "--target", target)
                #expect(done.status == 0 && done.output.contains("New:        3 entries"), "\(done)")
                #expect(done.output.contains("Where:      \(target)/docs\n"), "\(done)")
                #expect(try await shell("cat '\(target)'/docs/*") == "one\ntwo\n")
                // As the README has it.
                let call = """
                    busctl -- call tech.noreya.Backup1 /tech/noreya/Backup1 tech.noreya.Backup1 Restore 'uaayaya{sv}' \(id) \
                        1 $(printf data/docs/two | od -An -v -tu1 | awk '{ n += NF; l = l $0 } END { print n, l }') 0 0
                    """
                let called = try await service.bus.run(["bash", "-c", call])
                #expect(called.status == 0, "\(called)")
                #expect(try await service.untilExported(id).result == "done")
                #expect(try await shell("cat '\(data)/docs/two_'*") == "two\n")
                try await shell("echo new >'\(data)/docs/one'")
                let inPlace = try await run("data/docs/one", "--in-place", "--overwrite", "--yes", "--json")
                #expect(inPlace.output.contains(#""replaced" : 1"#), "\(inPlace)")
                #expect(try await shell("cat '\(data)/docs/one'") == "one\n")
                _ = try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
                let wrong = try await run("data/docs", "--target", target, "--overwrite", input: "wrong")
                #expect(wrong.status == 83, "\(wrong)")
                let right = try await run("data/docs", "--target", target, "--overwrite", input: TestService.password)
                #expect(right.status == 0 && right.output.contains("is restored from its export"), "\(right)")
            }
        }
    }
}
