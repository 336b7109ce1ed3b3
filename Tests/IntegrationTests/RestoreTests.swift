import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// Restoring over the bus, with the real service, worker and gpg.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestoreTests {
    @Test func `everything comes back from an export whose snapshot is gone, bit for bit`() async throws {
        try await withService { service in
            try await shell("rmdir '\(service.root)/broot/data'")
            try await TortureTree.small.make(at: service.root.appending("broot/data"))
            try await shell("echo x >'\(service.root)/broot/system/file'")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                _ = try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
                let target = try service.makeTarget()
                let status = try await service.restored(id, target: target)
                #expect(status["last_result"]?.string == "done", "\(status)")
                for source in ["system", "data"] {
                    let origin = service.root.appending("broot/\(source)")
                    let found = try await describeTree(target.appending(source))
                    let expected = try await describeTree(origin)
                    #expect(found == expected)
                    let comparison = try TreeComparison(origin, target.appending(source), ignoring: ["types/socket"])
                    #expect(comparison.differences == [])
                }
                let last = status["last_restored"]?.propertyEntries ?? [:]
                #expect(last["from"]?.string == "export" && last["dry_run"]?.bool == false)
                #expect((last["created"]?.integer() ?? 0) > 100 && last["replaced"]?.integer() == 0)
                let targets = (last["targets"]?.elements ?? []).compactMap(\.bytes).map { FilePath(bytes: $0) }
                #expect(Set(targets) == [target.appending("system"), target.appending("data")])
            }
        }
    }

    @Test func `single files come back from an export, and from the snapshot without a password`() async throws {
        try await withService { service in
            let data = service.root.appending("broot/data")
            try await shell(
                """
                cd '\(data)'; mkdir -p docs/deep; echo one >docs/one; echo two >docs/deep/two; echo three >three
                printf odd >"$(printf 'odd\\377')"; setfattr -n user.note -v hello docs/deep; chown 12:34 docs/one
                """
            )
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let paths = [Array("data/docs".utf8), Array("data/odd".utf8) + [0xFF]]
                for origin in ["snapshot", "export"] {
                    let target = try service.makeTarget(origin)
                    let options: [String: Value] = ["from": .string(origin)]
                    let status = try await service.restored(
                        id,
                        paths,
                        target: target,
                        origin == "export" ? options.merging(service.passwordOption) { one, _ in one } : options
                    )
                    #expect(status["last_result"]?.string == "done", "\(status)")
                    #expect(status["last_restored"]?.propertyEntries?["from"]?.string == origin)
                    let names = try Set(Descriptor.open(target, [.readOnly, .directory]).entryNames().map(\.bytes))
                    #expect(names == [Array("docs".utf8), Array("odd".utf8) + [0xFF]])
                    let found = try await describeTree(target.appending("docs"))
                    let expected = try await describeTree(data.appending("docs"))
                    #expect(found == expected)
                }
                // What is not there is told.
                let status = try await service.restored(
                    id,
                    [Array("data/four".utf8)],
                    target: service.makeTarget(),
                    [:]
                )
                #expect(status["last_error_name"]?.string == "tech.noreya.Error.NotFound", "\(status)")
                #expect(status["last_error"]?.string?.contains("data/four") == true)
            }
        }
    }

    @Test func `in the original places: beside, what is missing, over what is there, and dry`() async throws {
        try await withService { service in
            let data = service.root.appending("broot/data")
            try await shell("cd '\(data)'; mkdir docs; echo old >docs/changed; echo gone >docs/missing")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                try await shell("cd '\(data)/docs'; echo new >changed; rm missing; echo own >added")
                let before = try await describeTree(service.root.appending("broot"))
                let paths = [Array("data/docs".utf8)]

                let report = try Pipe.make().ends()
                let dry: [String: Value] = [
                    "overwrite": .bool(true), "dry-run": .bool(true), "report-fd": .fileDescriptor(report.write),
                ]
                let dryStatus = try await service.restored(id, paths, target: nil, dry)
                let last = dryStatus["last_restored"]?.propertyEntries ?? [:]
                #expect(last["created"]?.integer() == 1 && last["dry_run"]?.bool == true, "\(dryStatus)")
                let after = try await describeTree(service.root.appending("broot"))
                #expect(
                    after.filter { !$0.contains("backups") && !$0.contains("snapshot") }
                        == before.filter { !$0.contains("backups") && !$0.contains("snapshot") }
                )
                let lines = try await blocking { [read = report.read] in
                    var bytes = [UInt8](repeating: 0, count: 65536)
                    let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe read.file.read(into: $0) }
                    return String(decoding: bytes.prefix(count), as: UTF8.self)
                }
                #expect(lines.contains(#"{"action":"create","path":"data/docs/missing"}"#), "\(lines)")
                #expect(lines.contains(#"{"action":"replace","path":"data/docs/changed"}"#), "\(lines)")

                let day = localDate()
                _ = try await service.restored(id, paths, target: nil, [:])
                let beside = try await shell("cd '\(data)'; ls; cat docs_*/changed docs/changed")
                #expect(["docs\ndocs_\(day)\nold\nnew\n", "docs\ndocs_\(localDate())\nold\nnew\n"].contains(beside))

                _ = try await service.restored(id, paths, target: nil, ["beside": .bool(false)])
                #expect(try await shell("cd '\(data)/docs'; cat changed missing added") == "new\ngone\nown\n")
                _ = try await service.restored(id, paths, target: nil, ["overwrite": .bool(true)])
                #expect(try await shell("cd '\(data)/docs'; cat changed missing added") == "old\ngone\nown\n")
            }
        }
    }

    @Test func `a wrong password, every kind of damage and what is in the way are told, each by its error`()
        async throws
    {
        try await withService { service in
            let data = service.root.appending("broot/data")
            try await shell("cd '\(data)'; echo hello >a; head -c 600000 /dev/urandom >noise")
            try await service.withDaemon { _ in
                let id = try await service.exportedSnapshot()
                let file = service.backups.appending("nexus_backup_\(id).tar.gpg")
                func outcome(_ password: String = TestService.password) async throws -> (String, String, FilePath) {
                    let target = try service.makeTarget()
                    let status = try await service.restored(
                        id,
                        target: target,
                        ["from": .string("export"), "password": .string(password)]
                    )
                    return (status["last_error_name"]?.string ?? "", status["last_error"]?.string ?? "", target)
                }
                let wrong = try await outcome("wrong")
                #expect(wrong.0 == "tech.noreya.Error.BadPassword", "\(wrong)")
                #expect(wrong.1.hasSuffix("Nothing was restored."), "\(wrong)")
                #expect(try await shell("ls -A '\(wrong.2)'").isEmpty)
                try await shell("cp '\(file)' '\(service.root)/good'")
                let size = try await shell("stat -c %s '\(file)'").split(separator: "\n").first.flatMap { Int($0) } ?? 0
                for damage in [
                    "printf '\\252\\125' | dd of='\(file)' bs=1 seek=\(size / 2) conv=notrunc status=none",
                    "truncate -s \(size / 2) '\(file)'", "truncate -s \(size - 1) '\(file)'",
                ] {
                    try await shell(damage)
                    let found = try await outcome()
                    #expect(found.0 == "tech.noreya.Error.Corrupt", "\(damage): \(found)")
                    #expect(found.1.contains("restored"), "\(found)")
                    let hidden = try await shell("find '\(found.2)' -name '.*' -mindepth 1")
                    #expect(hidden.isEmpty)
                    try await shell("cp '\(service.root)/good' '\(file)'")
                }
                #expect(try await outcome().0 == "")
            }
        }
    }
}
