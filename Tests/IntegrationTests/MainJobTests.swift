import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// The main job from end to end, on a real bus with the real polkitd, by a user who is not root.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct MainJobTests {
    /// What the product's callers have in the field.
    private static let script = """
        import dbus, sys, time
        bus = dbus.SystemBus()
        snapshot = dbus.Interface(bus.get_object("tech.noreya.Snapshot1", "/tech/noreya/Snapshot1"), "tech.noreya.Snapshot1")
        backup = dbus.Interface(bus.get_object("tech.noreya.Backup1", "/tech/noreya/Backup1"), "tech.noreya.Backup1")
        id = snapshot.Create(True, True, "from python")
        backup.Create(id, sys.stdin.readline().rstrip("\\n"))
        assert backup.Status()["id"] == id, "Create returned before Status shows it"
        assert backup.Status()["free_bytes"] > 0
        last = 0
        while True:
            status = backup.Status()
            if status["id"] != id:
                break
            assert last <= status["progress"] <= 100
            last = status["progress"]
            print("progress", int(last))
            time.sleep(0.05)
        assert status["last_id"] == id and status["last_result"] == "done", str(status)
        entry, = [e for e in backup.GetList() if e["id"] == id]
        with open(entry["path"], "rb") as file:
            import hashlib
            assert hashlib.sha256(file.read()).hexdigest() == entry["sha256"]
        print("id", int(id))
        """

    @Test(arguments: TestFilesystem.allCases)
    func `an unprivileged user with the example pkla makes, watches and reads a backup`(
        filesystem: TestFilesystem
    ) async throws {
        try await withService(filesystem: filesystem) { service in
            try await TortureTree.small.make(at: service.root.appending("broot/system/odd"))
            try await shell("head -c 20000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                let result = try await service.bus.run(
                    ["/usr/bin/python3", "-c", Self.script],
                    as: TestService.grantedUser,
                    input: TestService.password + "\n"
                )
                #expect(result.status == 0, "\(result.errors) \(service.logText())")
                #expect(result.output.contains("progress"))
                let id = try #require(SnapshotID(result.output.split(separator: " ").last?.dropLast() ?? ""))
                let export = service.backups.appending("nexus_backup_\(id).tar.gpg")
                try await expectReadable(export, by: TestService.grantedUser, true, service)
                try await expectReadable(export, by: TestService.strangerUser, false, service)
                try await compare(export, with: service.snapshots.appending("\(id)"), in: service)
            }
        }
    }

    private func expectReadable(_ file: FilePath, by user: String, _ expected: Bool, _ service: TestService)
        async throws
    {
        let result = try await service.bus.run(["head", "-c", "1", file.string], as: user)
        #expect((result.status == 0) == expected, "\(user): \(result.errors)")
        let writing = try await service.bus.run(["sh", "-c", "echo >> \(file)"], as: user)
        #expect(writing.status != 0, "\(user) can write to the export")
    }

    /// Opens `export` with gpg and tar and looks for a difference between it and the snapshot.
    private func compare(_ export: FilePath, with snapshot: FilePath, in service: TestService) async throws {
        let opened = service.root.appending("opened")
        try await open(export, password: TestService.password, into: opened)
        for source in ["system", "data"] {
            let original = try await describeTree(snapshot.appending(source))
            let restored = try await describeTree(opened.appending(source))
            let differences = restored.difference(from: original).map { "\($0)" }
            #expect(differences == [])
        }
    }

    /// Lets a daemon see the service's directories at the places where the contract has them, and nobody else.
    private static let atDefaultPaths = [
        "unshare", "--mount", "sh", "-ec",
        """
        mkdir -p /broot /run/nexus-backup
        mount --bind "$1" /broot; mount -t tmpfs nexus-test /run/nexus-backup; shift; exec "$@"
        """, "sh",
    ]

    @Test func `without any option the layout is that of the contract`() async throws {
        try await withService { service in
            try await shell("echo hello > \(service.root)/broot/system/file; chmod 755 \(service.root)/broot")
            let prefix = Self.atDefaultPaths + [service.root.appending("broot").string]
            let script = """
                set -eu; call() { dbus-send --system --print-reply --dest=tech.noreya.$1 /tech/noreya/$1 tech.noreya.$1.$2 "${@:3}"; }
                id=$(call Snapshot1 Create boolean:true boolean:true string:x | tr '\\n' ' ' | awk '{print $10}')
                cat /broot/snapshot/snapshots/$id/system/file
                call Backup1 Create uint32:$id string:secret > /dev/null
                while call Backup1 Status | grep -A1 '"id"' | grep "uint32 $id$" >&2; do sleep 0.1; done
                for i in {1..300}; do test -e /broot/backups/nexus_backup_$id.index && break; sleep 0.1; done
                ls /broot/backups
                cd /broot/backups && sha256sum --check nexus_backup_$id.tar.gpg.sha256
                """
            let daemon = try executableDirectory().appending("nexus-backupd").string
            let log = service.bus.directory.appending("default.log")
            let command = prefix + [daemon]
            try await service.bus.withCommand(command, log: log) { process in
                try await service.untilServed()
                let result = try await service.bus.run([
                    "nsenter", "--mount", "--target", "\(process.id)", "bash", "-c", script,
                ])
                let expected = """
                    hello
                    nexus_backup_1.index
                    nexus_backup_1.json
                    nexus_backup_1.tar.gpg
                    nexus_backup_1.tar.gpg.sha256
                    nexus_backup_1.tar.gpg: OK

                    """
                #expect(result.output == expected, "\(result.errors)")
            }
        }
        try await shell("rmdir /broot /run/nexus-backup 2> /dev/null || true")
    }

    @Test func `the tenth word of dbus-send's reply is the id, and the directory of that name holds the tree`()
        async throws
    {
        try await withService { service in
            try await shell("echo hello > \(service.root)/broot/system/file")
            try await service.withDaemon { _ in
                let result = try await service.bus.run([
                    "dbus-send", "--system", "--print-reply", "--dest=tech.noreya.Snapshot1", "/tech/noreya/Snapshot1",
                    "tech.noreya.Snapshot1.Create", "boolean:true", "boolean:true", "string:x",
                ])
                let words = result.output.split { $0 == " " || $0 == "\n" }
                #expect(words.count == 10, "\(result.output) \(result.errors)")
                #expect(words.last == "1")
                let text = try await shell("cat \(service.snapshots)/1/system/file")
                #expect(text == "hello\n")
            }
        }
    }
}
