import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// What keeps a snapshot from being made live: each with its own sentence, and nothing is changed.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ActivationRefusalTests {
    /// Expects that the snapshot `id` is refused with `code` and a message that holds `text`, and that nothing is left.
    private func expectRefusal(
        _ code: BackupError.Code,
        _ text: String,
        of id: SnapshotID = 1,
        in fixture: StoreFixture,
        _ environment: ActivationEnvironment = .forTests(),
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let store = try await fixture.open(environment)
        let before = try fixture.names().filter { !$0.hasPrefix(".") }
        let error = await failure { try await store.activate(id) }
        #expect(error?.code == code, sourceLocation: location)
        let message = error?.message ?? ""
        #expect(message.contains(text), "\(message)", sourceLocation: location)
        #expect(try fixture.names().filter { !$0.hasPrefix(".") } == before, sourceLocation: location)
        let leftovers = try fixture.leftovers().filter { $0 != ".activations.json" }
        #expect(leftovers == [], sourceLocation: location)
        #expect(await store.status() == SnapshotStatus(), sourceLocation: location)
    }

    @Test func `a snapshot that is not there, or is none`() async throws {
        try await withStore(.clone) { fixture in
            _ = try await fixture.open(.forTests()).create()
            try await expectRefusal(.notFound, "There is no snapshot 9", of: 9, in: fixture)
            try await shell("mkdir \(fixture.snapshots)/7")
            try await expectRefusal(.corrupt, "has no record", of: 7, in: fixture)
        }
    }

    @Test func `a source that is configured no more, or elsewhere, or not there`() async throws {
        try await withStore(.clone) { fixture in
            _ = try await fixture.open(.forTests()).create()
            var other = fixture
            other.sources[0].name = "other"
            try await expectRefusal(.unsupported, "no source of that name and path", in: other)
            other = fixture
            other.sources[0].path = fixture.root.appending("data")
            try await expectRefusal(.unsupported, "no source of that name and path", in: other)
            try await shell("mv \(fixture.root)/system \(fixture.root)/away")
            try await expectRefusal(.failed, "Snapshot 1 can't be made live: open \(fixture.root)/system", in: fixture)
        }
    }

    @Test func `sources that overlap`() async throws {
        try await withStore(.clone) { fixture in
            _ = try await fixture.open(.forTests()).create()
            var other = fixture
            other.sources[1].path = fixture.root.appending("system/data")
            try await shell("mkdir \(fixture.root)/system/data")
            try await expectRefusal(.unsupported, "overlaps with the source data", in: other)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a source that is a mount point, or in which something is mounted`(kind: StoreKind) async throws {
        try await withStore(kind) { fixture in
            let system = fixture.root.appending("system")
            try await shell("mkdir \(system)/dir")
            _ = try await fixture.open(.forTests()).create()
            try await shell("mount --bind \(system) \(system)")
            try await expectRefusal(.unsupported, "where a filesystem is mounted", in: fixture)
            try await shell("umount \(system); mount -t tmpfs nexus-test \(system)/dir")
            try await expectRefusal(.inUse, "mounted in it at \(system)/dir", in: fixture)
            try await shell("umount \(system)/dir")
        }
    }

    @Test func `storage that lies in the source`() async throws {
        try await withBtrfsImage { root in
            try await shell("btrfs -q subvolume create \(root)/system; btrfs -q subvolume create \(root)/system/store")
            let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
            let fixture = StoreFixture(root: root.appending("system/store"), sources: [source])
            _ = try await fixture.open(.forTests()).create()
            try await expectRefusal(.unsupported, "lacks the product's own directory", in: fixture)
            try await fixture.open(.forTests()).delete(1)
            var other = StoreFixture(root: root, sources: [source])
            try await shell("rm -r \(root)/system/store/snapshots; btrfs -q subvolume delete \(root)/system/store")
            _ = try await other.open(.forTests()).create()
            other.excluding = [root.appending("system/backups")]
            try await shell("mkdir \(root)/system/backups")
            try await expectRefusal(.unsupported, "holds \(root)/system/backups", in: other)
        }
    }

    @Test func `nested subvolumes that a snapshot would lack`() async throws {
        try await withStore(.btrfs) { fixture in
            let system = fixture.root.appending("system")
            _ = try await fixture.open(.forTests()).create()
            try await shell("btrfs -q subvolume create \(system)/sub; echo kept > \(system)/sub/file")
            var flat = fixture
            flat.sources[0].isRecursive = false
            // The state to come back to would lack it.
            try await expectRefusal(.unsupported, "would lack the nested subvolume \(system)/sub", in: flat)
            #expect(try await flat.open(.forTests()).create() == 3)
            try await expectRefusal(.unsupported, "Snapshot 3 lacks the nested subvolume", of: 3, in: fixture)
            var copied = fixture
            copied.sources[0].driver = .clone
            #expect(try await copied.open(.forTests()).create() == 4)
            try await expectRefusal(.unsupported, "has subvolumes in it", of: 4, in: copied)
            #expect(try await shell("cat \(system)/sub/file") == "kept\n")
        }
    }

    @Test func `a swap file in use`() async throws {
        try await withStore(.btrfs) { fixture in
            let file = fixture.root.appending("system/swap")
            _ = try await fixture.open(.forTests()).create()
            try await shell(
                """
                truncate -s 0 \(file); chattr +C \(file); head -c 20M /dev/zero >> \(file); chmod 600 \(file)
                mkswap -q \(file); swapon \(file)
                """
            )
            try await expectRefusal(.unsupported, "holds a swap file in use", in: fixture)
            try await shell("swapoff \(file)")
        }
    }

    @Test func `a source on another filesystem than its snapshot, or read-only`() async throws {
        try await withStore(.btrfs) { fixture in
            let system = fixture.root.appending("system")
            _ = try await fixture.open(.forTests()).create()
            try await shell("btrfs property set \(system) ro true")
            try await expectRefusal(.unsupported, "is a read-only subvolume", in: fixture)
            try await shell("btrfs property set \(system) ro false; mv \(system) \(fixture.root)/away; mkdir \(system)")
            try await expectRefusal(.unsupported, "is no subvolume on the filesystem of snapshot 1", in: fixture)
        }
    }

    @Test func `too little space for a copy leaves everything as it was`() async throws {
        try await withTemporaryDirectory { root in
            try await shell("mount -t tmpfs -o size=40M nexus-test \(root); mkdir \(root)/data")
            try await shell("head -c 10M /dev/urandom > \(root)/data/noise")
            let source = SnapshotSource(name: "data", path: root.appending("data"), kind: .data)
            let fixture = StoreFixture(root: root, sources: [source])
            let store = try await fixture.open(.forTests())
            _ = try? await store.create(system: false, data: true)
            let before = try await fixture.describeLive()
            _ = try? await store.create(system: false, data: true)
            try await shell("head -c 4M /dev/urandom > \(root)/filling")
            try? await expectRefusal(.noSpace, "free some space", in: fixture)
            let after = try? await fixture.describeLive()
            try await shell("umount -l \(root)")
            #expect(after == before)
        }
    }

    @Test(arguments: [
        ("subvolid=$id", "", "mounted by its number by /etc/fstab, at /mnt"),
        ("subvolid=0$(printf %o $id)", "", "mounted by its number by /etc/fstab, at /mnt"),
        ("subvol=system", "rootflags=compress=zstd,subvolid=$id", "by the kernel's command line"),
    ])
    func `what is mounted by number at boot`(options: String, commandLine: String, text: String) async throws {
        try await withStore(.btrfs) { fixture in
            _ = try await fixture.open(.forTests()).create()
            try await shell(
                """
                cd \(fixture.root); id=$(btrfs inspect-internal rootid system)
                echo "UUID=$(findmnt -no UUID \(fixture.root)) /mnt btrfs \(options) 0 0" > fstab
                echo "root=/dev/sda1 \(commandLine) quiet" > cmdline
                echo "UUID=0-0 / btrfs subvolid=$id 0 0" > other
                """
            )
            var environment = ActivationEnvironment.forTests()
            environment.mountFile = fixture.root.appending("fstab")
            environment.commandLineFile = fixture.root.appending("cmdline")
            try await expectRefusal(.unsupported, text, in: fixture, environment)
            environment.mountFile = fixture.root.appending("other")
            environment.commandLineFile = "/nonexistent"
            #expect(try await fixture.open(environment).activate(1) > 1)
        }
    }

    @Test func `the default subvolume, and a snapshot whose own fstab goes by number`() async throws {
        try await withStore(.btrfs) { fixture in
            try await shell(
                """
                cd \(fixture.root); mkdir system/etc; id=$(btrfs inspect-internal rootid system)
                echo "LABEL=x / btrfs subvolid=$id 0 0" > system/etc/fstab
                """
            )
            _ = try await fixture.open(.forTests()).create()
            try await expectRefusal(.unsupported, "by the snapshot's /etc/fstab, at /", in: fixture)
            try await shell("cd \(fixture.root); btrfs subvolume set-default system")
            try await expectRefusal(.unsupported, "what the filesystem mounts by default", in: fixture)
            try await shell("btrfs subvolume set-default 5 \(fixture.root)")
        }
    }

    @Test func `a nested subvolume that is mounted, and that the snapshot does not have`() async throws {
        try await withStore(.btrfs) { fixture in
            _ = try await fixture.open(.forTests()).create()
            try await shell(
                """
                cd \(fixture.root); btrfs -q subvolume create system/sub; mkdir shown
                mount -o subvol=system/sub $(findmnt -no SOURCE \(fixture.root)) shown
                """
            )
            let text = "the subvolume sub, which is mounted at \(fixture.root)/shown"
            try await expectRefusal(.unsupported, text, in: fixture)
            try await shell("umount \(fixture.root)/shown")
            #expect(try await fixture.open(.forTests()).activate(1) == 2)
        }
    }

    @Test func `a place that can't be written`() async throws {
        try await withStore(.clone) { fixture in
            _ = try await fixture.open(.forTests()).create()
            let root = fixture.root
            try await shell("mount --bind \(root) \(root); mount --bind \(fixture.snapshots) \(fixture.snapshots)")
            try await shell("mount -o remount,ro,bind \(root)")
            let store = try? await fixture.open(.forTests())
            let error = await failure { try await store?.activate(1) }
            try await shell("umount \(fixture.snapshots) \(root)")
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("ReadWritePaths=") == true, "\(error?.message ?? "")")
            #expect(try fixture.names() == [".activations.json", ".next-id", "1"])
        }
    }

    @Test func `a system without modules for the kernel that would boot`() async throws {
        try await withStore(.btrfs) { fixture in
            try await shell("cd \(fixture.root); mkdir -p system/usr/lib/modules/6.1.0-1 boot")
            _ = try await fixture.open(.forTests()).create()
            var environment = ActivationEnvironment.forTests()
            environment.kernelRelease = "6.1.0-2"
            let text = "modules for a kernel that would boot (6.1.0-2), but for 6.1.0-1"
            try await expectRefusal(.unsupported, text, in: fixture, environment)
            environment.bootDirectory = fixture.root.appending("boot")
            try await shell("touch \(fixture.root)/boot/vmlinuz-6.1.0-1")
            #expect(try await fixture.open(environment).activate(1) == 2)
        }
    }

    @Test func `while another operation runs`() async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open(
                .forTests { step in if step == .tookUndo { pause(for: .milliseconds(300)) } }
            )
            let id = try await store.create()
            async let undo = store.activate(id)
            while await store.status().id != id { await Task.yield() }
            #expect(await failure { try await store.activate(id) }?.code == .busy)
            let error = await failure { try await store.delete(id) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("is being made live") == true)
            // What is asked for meanwhile is done after it.
            #expect(try await store.create() == id + 2)
            #expect(try await undo == id + 1)
            try await store.delete(id)
        }
    }
}
