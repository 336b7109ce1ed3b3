import BackupModel
import Linux
import Snapshots
import SystemPackage
import TestSupport
import Testing

/// What is deleted, what is not, and what a power failure makes of it.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct DeletionTests {
    private func makeNested(in root: FilePath) async throws {
        try await shell(
            "cd \(root)/system; for i in a a/b; do btrfs -q subvolume create $i; echo $i > $i/file; done; mkdir a/b/dir"
        )
    }

    /// Each mounts something of the nested snapshot of `a/b` at `$point`.
    @Test(arguments: [
        "mount -o subvol=snapshots/1/system/a/b $device $point",
        "mount -o subvolid=$(btrfs inspect-internal rootid snapshots/1/system/a/b) $device $point",
        "mount --bind snapshots/1/system/a/b/dir $point",
        "mount -o subvol=/ $device $point; mount --bind $point/snapshots/1/system/a/b/dir ${point}2",
        "mount -t tmpfs nexus-test snapshots/1/system/a/b/dir",
        "mount --bind snapshots/1 $point",
    ])
    func `a snapshot of which a part is mounted somewhere is refused`(mount: String) async throws {
        try await withStore(.btrfs) { fixture in
            try await makeNested(in: fixture.root)
            let store = try await fixture.open()
            let id = try await store.create()
            let names = "point=\(fixture.root)/point; device=$(findmnt -no SOURCE \(fixture.root))"
            try await shell("cd \(fixture.root); mkdir point point2; \(names); \(mount)")
            let error = await failure { try await store.delete(id) }
            try await shell("findmnt -rno TARGET -R \(fixture.root) | tail -n +2 | tac | xargs -n1 umount")
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("mounted at \(fixture.root)/") == true, "\(error?.message ?? "")")
            try await store.delete(id)
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `a copied snapshot that is mounted, or in which something is, is refused`() async throws {
        try await withStore(.clone) { fixture in
            try await shell("cd \(fixture.root); mkdir system/dir system/point target target2")
            let store = try await fixture.open()
            let id = try await store.create()
            let tree = fixture.tree(id)
            for (mount, point) in [
                ("mount --bind \(tree)/dir \(fixture.root)/target", fixture.root.appending("target")),
                ("mount -t tmpfs nexus-test \(tree)/point", tree.appending("point")),
                ("mount --bind \(tree)/file \(tree)/file", tree.appending("file")),
            ] {
                try await shell(mount)
                let error = await failure { try await store.delete(id) }
                try await shell("umount \(point)")
                #expect(error?.code == .inUse)
                #expect(error?.message.contains("\(point)") == true)
            }
            try await store.delete(id)
        }
    }

    @Test func `a snapshot that is live is refused, and one of another filesystem's source is not`() async throws {
        try await withStore(.btrfs) { fixture in
            let first = try await fixture.open()
            let id = try await first.create()
            var live = fixture
            live.sources[0].path = fixture.tree(id)
            let error = await failure { try await live.open().delete(id) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("live state of the source system") == true)
            try await withBtrfsImage { other in
                // The ids of its subvolumes are the same numbers.
                try await shell("for i in 1 2 3 4; do btrfs -q subvolume create \(other)/$i; done")
                let number = try await shell("btrfs inspect-internal rootid \(fixture.tree(id))").dropLast()
                let same = try await shell(
                    "for i in \(other)/?; do [ $(btrfs inspect-internal rootid $i) != \(number) ] || echo $i; done"
                )
                live.sources[0].path = FilePath(String(same.dropLast()))
                try await live.open().delete(id)
            }
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `during btrfs send a snapshot is not deleted, and is whole and listed afterwards`() async throws {
        try await withStore(.btrfs) { fixture in
            try await makeNested(in: fixture.root)
            try await shell("head -c 30M /dev/urandom > \(fixture.root)/system/a/b/noise")
            let store = try await fixture.open()
            let id = try await store.create()
            let before = try await describeTree(fixture.tree(id))
            // A reader that waits keeps the send going.
            try await shell(
                """
                cd \(fixture.root); mkfifo pipe
                { btrfs -q send snapshots/1/system/a/b > pipe & echo $! > pid; } 2>/dev/null
                { sleep 600 < pipe & echo $! > reader; } > /dev/null 2>&1; sleep 0.5
                """
            )
            let error = await failure { try await store.delete(id) }
            try await shell(
                """
                cd \(fixture.root); kill $(cat pid) $(cat reader)
                while kill -0 $(cat pid); do sleep 0.05; done 2>/dev/null
                """
            )
            #expect(error != nil)
            #expect(try await store.list().map(\.id) == [id])
            #expect(try await describeTree(fixture.tree(id)) == before)
            let flags = try await shell(
                "cd \(fixture.tree(id)); for i in . a a/b; do btrfs property get -ts $i ro; done"
            )
            #expect(flags == String(repeating: "ro=true\n", count: 3))
            try await store.delete(id)
            #expect(try fixture.names() == [".next-id"])
        }
    }

    /// A short record is kept in the metadata of a btrfs, a longer one beside it.
    @Test(arguments: [0, 4000])
    func `after a power failure what was made is there and what was deleted is not`(textLength: Int) async throws {
        let text = String(repeating: "d", count: textLength)
        try await withMountedBtrfs { image in
            let root = image.mountPoint
            try await shell("cd \(root); btrfs -q subvolume create system; sync -f .; echo text > system/file")
            try await makeNested(in: root)
            let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
            let fixture = StoreFixture(root: root, sources: [source])
            var store = try await fixture.open()
            let first = try await store.create(system: true, data: false, description: text, kind: .manual)
            try await image.cutPower()
            store = try await fixture.open()
            #expect(try await store.list().map(\.id) == [first])
            #expect(try await store.list().map(\.description) == [text])
            #expect(try await shell("cd \(fixture.tree(first)); cat file a/file a/b/file") == "text\na\na/b\n")
            let second = try await store.create()
            #expect(second == first + 1)
            try await store.delete(second)
            try await image.cutPower()
            #expect(try fixture.names() == [".next-id", "\(first)"])
            #expect(try await shell("btrfs subvolume list \(root) | wc -l") == "6\n")
            store = try await fixture.open()
            #expect(try await store.create() == second + 1)
        }
    }

    @Test func `what is no snapshot is not deleted`() async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open()
            try await shell(
                "cd \(fixture.snapshots); mkdir -p 7/precious; echo x > 7/precious/file; ln -s 7 8; echo > 9"
            )
            for id in [7, 8, 9] as [SnapshotID] {
                let error = await failure { try await store.delete(id) }
                #expect(error?.code == .corrupt)
                #expect(error?.message.contains("\(fixture.snapshots)/\(id)") == true)
            }
            #expect(try await shell("cat \(fixture.snapshots)/7/precious/file") == "x\n")
        }
    }
}
