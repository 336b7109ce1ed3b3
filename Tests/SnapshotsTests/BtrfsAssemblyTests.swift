import BackupModel
import Linux
import Snapshots
import SystemPackage
import TestSupport
import Testing

/// Snapshots of subvolumes with subvolumes in them.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct BtrfsAssemblyTests {
    /// Subvolumes in directories, in each other, read-only ones, with odd names, modes, owners and times.
    private func makeNested(in root: FilePath) async throws {
        try await shell(
            #"""
            cd \#(root)/system; mkdir -p deep/er
            for i in a a/b deep/er/c $'a/b/\xff\n\\d' 'deep/ '; do btrfs -q subvolume create "$i"; echo "$i" > "$i/file"; done
            btrfs -q subvolume snapshot -r deep/er/c deep/frozen
            chmod 2751 a; chown 12:34 a/b; setfattr -n user.x -v y deep/er/c; ln a/file a/link
            find . -depth -not -path './deep/frozen*' -exec touch -hd '2001-02-03 04:05:06.123456789' {} +
            """#
        )
    }

    @Test func `a snapshot with nested subvolumes differs in nothing from the source, and is read-only`()
        async throws
    {
        try await withStore(.btrfs) { fixture in
            try await makeNested(in: fixture.root)
            let store = try await fixture.open()
            let id = try await store.create()
            let summary = try #require(try await store.list().first)
            #expect(summary.isReadOnly && !summary.isAtomic && summary.leftOut == [])
            #expect(try await describeTree(fixture.tree(id)) == describeTree(fixture.root.appending("system")))
            let flags = try await shell(
                "find \(fixture.tree(id)) -inum 256 -print0 | xargs -0 -n1 -I{} btrfs property get -ts {} ro"
            )
            #expect(flags == String(repeating: "ro=true\n", count: 7))
            let count = "btrfs subvolume list \(fixture.root) | grep -c ^ID"
            #expect(try await shell(count) == "15\n")
            try await store.delete(id)
            #expect(try await shell(count) == "8\n")
        }
    }

    @Test func `a nested subvolume with a swap file in use is left out by name, and those in it`() async throws {
        try await withStore(.btrfs) { fixture in
            let file = fixture.root.appending("system/swap/file")
            try await shell(
                """
                cd \(fixture.root)/system; btrfs -q subvolume create swap; btrfs -q subvolume create swap/inner
                btrfs -q subvolume create other
                truncate -s 0 \(file); chattr +C \(file); head -c 20M /dev/zero >> \(file); chmod 600 \(file)
                mkswap -q \(file); touch -d '2001-02-03 04:05:06.5' .; swapon \(file)
                """
            )
            let store = try await fixture.open()
            let id = try? await store.create()
            try await shell("swapoff \(file)")
            let source = fixture.root.appending("system")
            let summary = try #require(try await store.list().first)
            #expect(
                summary.leftOut == [
                    "the nested subvolume \(source)/swap, which holds a swap file in use",
                    "the nested subvolume \(source)/swap/inner",
                ]
            )
            #expect(summary.isReadOnly)
            let tree = fixture.tree(try #require(id))
            let found = try await shell("cd \(tree); find . | sort; stat -c %y .")
            #expect(found.hasPrefix(".\n./file\n./other\n./swap\n2001-02-03"))
        }
    }

    @Test func `what is mounted over a part of the source is named, and so is a subvolume below it`() async throws {
        try await withStore(.btrfs) { fixture in
            let source = fixture.root.appending("system")
            try await shell(
                """
                cd \(source); mkdir covered; btrfs -q subvolume create covered/sub; btrfs -q subvolume create seen
                btrfs -q subvolume create beneath; mount -t tmpfs nexus-test covered; mount -t tmpfs nexus-test beneath
                mount --bind seen seen
                """
            )
            let store = try await fixture.open()
            let id = try await store.create()
            try await shell("cd \(source); umount covered beneath seen")
            let summary = try #require(try await store.list().first)
            #expect(
                Set(summary.leftOut) == [
                    "the nested subvolume \(source)/covered/sub, which was gone or could not be reached",
                    "the nested subvolume \(source)/beneath, which was gone or could not be reached",
                    "the tmpfs filesystem mounted at \(source)/covered",
                    "the tmpfs filesystem mounted at \(source)/beneath",
                ]
            )
            let inodes = try await shell("cd \(fixture.tree(id)); stat -c '%i' seen beneath covered/sub")
            #expect(inodes == "256\n2\n2\n")
        }
    }

    @Test func `subvolumes that come and go while a snapshot is taken are in it or not, and nothing is left`()
        async throws
    {
        try await withStore(.btrfs) { fixture in
            try await shell("cd \(fixture.root)/system; for i in 1 2 3; do btrfs -q subvolume create $i; done")
            let churn = """
                cd \(fixture.root)/system
                while [ ! -e ../stop ]; do
                    for i in 1 2 3 4; do
                        btrfs -q subvolume delete $i || true; mkdir $i 2>&1 || true; rmdir $i || true
                        btrfs -q subvolume create $i || true; mv $i moved && mv moved $i || true
                    done
                done 2>/dev/null
                """
            async let churned = shell(churn)
            let store = try await fixture.open()
            for _ in 0..<15 {
                let id = try await store.create()
                let flags = try await shell(
                    "find \(fixture.tree(id)) -inum 256 -exec btrfs property get -ts {} ro ';' | sort -u"
                )
                #expect(flags == "ro=true\n")
            }
            try await shell("touch \(fixture.root)/stop")
            _ = try await churned
            for summary in try await store.list() { try await store.delete(summary.id) }
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `a disk that is full half way leaves nothing and says so`() async throws {
        try await withBtrfsImage(size: "120M") { root in
            try await withTemporaryDirectory { outside in
                try await makeSystem(in: root)
                try await makeNested(in: root)
                try await shell("head -c 150M /dev/urandom > \(outside)/noise")
                let sources = [
                    SnapshotSource(name: "system", path: root.appending("system"), kind: .system),
                    SnapshotSource(name: "data", path: outside, kind: .data),
                ]
                let fixture = StoreFixture(root: root, sources: sources)
                let store = try await fixture.open()
                let error = await failure { try await store.create(system: true, data: true) }
                #expect(error?.code == .noSpace)
                #expect(error?.message.contains("\(outside)/noise can't be copied") == true)
                #expect(error?.message.contains("delete an old snapshot") == true)
                #expect(try fixture.names() == [".next-id"])
                #expect(try await shell("btrfs subvolume list \(root) | grep -c ^ID") == "7\n")
                #expect(try await store.create() == 2)
            }
        }
    }

    private func makeSystem(in root: FilePath) async throws {
        try await shell("btrfs -q subvolume create \(root)/system; echo system > \(root)/system/file")
    }
}
