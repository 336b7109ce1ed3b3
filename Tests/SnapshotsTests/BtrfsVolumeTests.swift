import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct BtrfsVolumeTests {
    /// `system` with the subvolumes `a` and `a/b` in it, and a file in each.
    private func makeNested(in root: FilePath) async throws {
        try await shell(
            """
            cd \(root)/system; mkdir plain
            btrfs -q subvolume create plain/a; btrfs -q subvolume create plain/a/b
            echo a > plain/a/file; echo b > plain/a/b/file; touch -d '2001-02-03 04:05:06.789' plain plain/a plain/a/b .
            """
        )
    }

    @Test func `nested subvolumes are snapshotted along, read-only, and no directory's time changes`() async throws {
        try await withStore(.btrfs) { fixture in
            try await makeNested(in: fixture.root)
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: false, description: "", kind: .manual)
            let tree = fixture.snapshots.appending("\(id)/system")
            #expect(try await shell("cat \(tree)/plain/a/file \(tree)/plain/a/b/file") == "a\nb\n")
            let times = "find . -printf '%P %T@\\n' | sort"
            let original = try await shell("cd \(fixture.root)/system && \(times)")
            #expect(try await shell("cd \(tree) && \(times)") == original)
            for path in ["", "plain/a", "plain/a/b"] {
                let property = try await shell("btrfs property get -ts \(tree)/\(path) ro")
                #expect(property == "ro=true\n", "\(path)")
            }
            let summary = try await store.list().first
            #expect(summary?.isAtomic == false)
            #expect(summary?.isReadOnly == true)
            try await store.delete(id)
            #expect(try await shell("btrfs subvolume list \(fixture.root) | wc -l") == "4\n")
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `nested subvolumes that are not to be taken are listed as left out`() async throws {
        try await withStore(.btrfs) { fixture in
            try await makeNested(in: fixture.root)
            var source = fixture.sources[0]
            source.isRecursive = false
            let store = try await StoreFixture(root: fixture.root, sources: [source]).open()
            _ = try await store.create(system: true, data: false, description: "", kind: .manual)
            let summary = try #require(try await store.list().first)
            #expect(summary.isAtomic)
            let nested = fixture.root.appending("system/plain/a")
            #expect(summary.leftOut == ["the nested subvolume \(nested)", "the nested subvolume \(nested)/b"])
        }
    }

    @Test func `a source that holds the snapshots does not hold them in its snapshots`() async throws {
        try await withBtrfsImage { root in
            try await shell("btrfs -q subvolume create \(root)/system; echo x > \(root)/system/file")
            let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
            let fixture = StoreFixture(root: root.appending("system"), sources: [source])
            let store = try await fixture.open()
            for _ in 1...3 { _ = try await store.create(system: true, data: false, description: "", kind: .manual) }
            let list = try await store.list()
            #expect(list.last?.leftOut == ["the product's own directory \(fixture.snapshots)"])
            #expect(list.last?.isAtomic == true && list.last?.isReadOnly == true)
            #expect(try await shell("ls -A \(fixture.snapshots)/3/system/snapshots") == "")
            for id in 1...3 as ClosedRange<SnapshotID> { try await store.delete(id) }
        }
    }

    @Test(arguments: ["-o subvol=snapshots/1/system", "bind"])
    func `a snapshot that is mounted is not deleted`(how: String) async throws {
        try await withStore(.btrfs) { fixture in
            try await shell("mkdir \(fixture.root)/system/dir")
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: false, description: "", kind: .manual)
            let point = fixture.root.appending("point")
            let device = try await shell("findmnt -no SOURCE \(fixture.root)")
            let mount =
                how == "bind"
                ? "mount --bind \(fixture.snapshots)/1/system/dir \(point)"
                : "mount \(how) \(device.dropLast()) \(point)"
            try await shell("mkdir \(point); \(mount)")
            let error = await #expect(throws: BackupError.self) { try await store.delete(id) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains(point.string) == true)
            try await shell("umount \(point)")
            try await store.delete(id)
        }
    }

    @Test func `a snapshot that is the default subvolume is not deleted`() async throws {
        try await withStore(.btrfs) { fixture in
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: false, description: "", kind: .manual)
            try await shell("btrfs subvolume set-default \(fixture.snapshots)/1/system")
            let error = await #expect(throws: BackupError.self) { try await store.delete(id) }
            #expect(error?.code == .inUse)
            try await shell("btrfs subvolume set-default 5 \(fixture.root)")
            try await store.delete(id)
        }
    }

    @Test func `a source with an active swap file is refused with what to do`() async throws {
        try await withStore(.btrfs) { fixture in
            let file = fixture.root.appending("system/swap")
            try await shell(
                """
                truncate -s 0 \(file); chattr +C \(file); head -c 20M /dev/zero >> \(file); chmod 600 \(file)
                mkswap -q \(file); swapon \(file)
                """
            )
            let store = try await fixture.open()
            let error = await #expect(throws: BackupError.self) {
                try await store.create(system: true, data: false, description: "", kind: .manual)
            }
            try await shell("swapoff \(file)")
            #expect(error?.message.contains("swapoff") == true, "\(error?.message ?? "")")
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `the bytes that only a snapshot uses are told where quotas are on`() async throws {
        try await withStore(.btrfs) { fixture in
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: true, description: "", kind: .manual)
            #expect(try await store.list().first?.exclusiveByteCount == nil)
            try await shell(
                "head -c 3000000 /dev/urandom > \(fixture.root)/data/noise; btrfs quota enable \(fixture.root)"
            )
            let second = try await store.create(system: true, data: true, description: "", kind: .manual)
            try await shell(
                "rm \(fixture.root)/data/noise; btrfs quota rescan -w \(fixture.root); sync -f \(fixture.root)"
            )
            let list = try await store.list()
            let exclusive = list.first { $0.id == second }?.exclusiveByteCount ?? 0
            #expect(exclusive >= 3_000_000 && exclusive < 4_000_000, "\(exclusive)")
            #expect(list.first { $0.id == id }?.exclusiveByteCount ?? .max < 1_000_000)
        }
    }

    @Test func `the driver is chosen by the filesystem, and one that can't work is refused`() async throws {
        try await withBtrfsImage { root in
            try await shell("mkdir \(root)/system; echo x > \(root)/system/file")
            var source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
            var store = try await StoreFixture(root: root, sources: [source]).open()
            _ = try await store.create(system: true, data: false, description: "", kind: .manual)
            #expect(try await store.list().first?.isReadOnly == false)
            source.driver = .btrfs
            store = try await StoreFixture(root: root, sources: [source]).open()
            let error = await #expect(throws: BackupError.self) {
                try await store.create(system: true, data: false, description: "", kind: .manual)
            }
            #expect(error?.code == .unsupported)
        }
    }
}
