import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// What a copy does with odd trees, and with trees that change or can't be read.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct TreeCopyTests {
    @Test func `of everything odd that a filesystem allows the copy differs in nothing`() async throws {
        try await withStore(.clone) { fixture in
            let source = fixture.root.appending("system")
            try await TortureTree.small.make(at: source.appending("odd"))
            let store = try await fixture.open()
            let id = try await store.create()
            #expect(try await describeTree(fixture.tree(id)) == describeTree(source))
            #expect(try await store.list().first?.leftOut == ["the socket \(source)/odd/types/socket"])
            // The way back goes through a lease, whose trees are what an export reads.
            let tree = try #require(try await store.lease(id).trees.first)
            #expect(tree.path == fixture.tree(id) && tree.livePath == source)
        }
    }

    @Test func `a tree of ten thousand levels is copied with few descriptors`() async throws {
        try await withStore(.clone) { fixture in
            let make = """
                import os, sys
                os.chdir(sys.argv[1])
                for i in range(10000):
                    open("link", "w") if i == 0 else None
                    os.mkdir("d"); os.utime(".", ns=(i, 1000000007 * i)); os.chdir("d")
                os.link(sys.argv[1] + "/link", "bottom")
                """
            try await shell("/usr/bin/python3 - \(fixture.root)/system", input: make)
            let store = try await fixture.open()
            let id = try await store.create()
            let check = """
                import os, sys
                os.chdir(sys.argv[1]); depth = 0; inode = os.stat("link").st_ino
                while os.path.exists("d"):
                    assert depth == 0 or os.stat(".").st_mtime_ns == 1000000007 * depth; depth += 1; os.chdir("d")
                print(depth, os.stat("bottom").st_ino == inode)
                """
            #expect(try await shell("/usr/bin/python3 - \(fixture.tree(id))", input: check) == "10000 True\n")
            try await store.delete(id)
            try Descriptor.open(fixture.root, [.readOnly, .directory]).removeTree("system")
        }
    }

    @Test func `a file with an I/O error is named, and the snapshot leaves nothing`() async throws {
        try await withMountedBtrfs(size: "128M") { image in
            let root = image.mountPoint
            let text = String(repeating: "to be destroyed ", count: 512)
            try await shell("cd \(root); mkdir -p system/a; touch system/before; printf '\(text)' > system/a/broken")
            try await image.destroy(String(text.prefix(4096)))
            try await withTemporaryDirectory { place in
                let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
                let fixture = StoreFixture(root: place, sources: [source])
                let error = await failure { try await fixture.open().create() }
                #expect(error?.code == .failed)
                #expect(error?.message.contains("\(root)/system/a/broken can't be copied") == true)
                #expect(error?.message.contains("Input/output error") == true)
                let names = try fixture.names()
                #expect(names == [".next-id"])
            }
        }
    }

    @Test func `a file that may not be read is named`() async throws {
        try await withTemporaryDirectory { place in
            try await shell(
                "cd \(place); mkdir -m 777 source copy; mkdir source/d; touch source/d/secret; chmod 600 source/d/secret"
            )
            let user: UInt32 = 65534
            let error = #expect(throws: BackupError.self) {
                try actingAs(user) {
                    let live = SharedDescriptor(try .open(place.appending("source"), [.readOnly, .directory]))
                    let target = SharedDescriptor(try .open(place.appending("copy"), [.readOnly, .directory]))
                    var copy = try TreeCopy(of: live, at: "/live", excluding: [], isRecursive: true)
                    try copy.run(to: target)
                }
            }
            #expect(error?.message.hasPrefix("/live/d/secret can't be copied: open secret: Permission denied") == true)
        }
    }

    @Test func `a tree that changes while it is copied is copied`() async throws {
        try await withStore(.clone) { fixture in
            let churn = """
                cd \(fixture.root)/system; mkdir -p d; i=0
                while [ ! -e ../stop ]; do
                    i=$((i + 1)); n=$((i % 20))
                    rm -rf d/$n
                    case $((i % 6)) in
                    0) echo x > d/$n;; 1) mkdir -p d/$n/e; echo x > d/$n/e/file;; 2) ln -s /etc/shadow d/$n;; 3) mkfifo d/$n;;
                    4) echo y > d/$n; ln -f d/$n d/$n-link;; 5) truncate -s 1G d/$n; truncate -s 10 d/$n;;
                    esac
                done 2>/dev/null
                """
            async let churned = shell(churn)
            let store = try await fixture.open()
            for _ in 0..<30 { _ = try await store.create() }
            try await shell("touch \(fixture.root)/stop")
            _ = try await churned
            let found = try await shell(
                "cd \(fixture.snapshots); ls | wc -l; find . -path '*/d/*' -type l | xargs -r readlink | sort -u"
            )
            #expect(found == "30\n/etc/shadow\n" || found == "30\n")
        }
    }

    @Test func `what is mounted on files and directories is left out by name`() async throws {
        try await withStore(.clone) { fixture in
            let source = fixture.root.appending("system")
            try await shell(
                """
                cd \(source); mkdir -p point plain; touch bound; echo secret > ../outside
                mount --bind ../outside bound; mount -t tmpfs nexus-test point; touch point/file
                setfattr -n user.x -v y plain
                """
            )
            let store = try await fixture.open()
            let id = try await store.create()
            try await shell("umount \(source)/bound \(source)/point")
            #expect(
                Set(try #require(try await store.list().first).leftOut) == [
                    "the file mounted at \(source)/bound", "the filesystem mounted at \(source)/point",
                ]
            )
            #expect(try await shell("cd \(fixture.tree(id)); find . | sort") == ".\n./file\n./plain\n./point\n")
        }
    }

    @Test func `copies inherit nothing from the directory they are made in`() async throws {
        try await withStore(.clone) { fixture in
            try await shell(
                """
                mkdir -m 2755 \(fixture.snapshots); chgrp 1234 \(fixture.snapshots)
                setfacl -d -m u:99:rwx,g:77:rwx \(fixture.snapshots); mkdir \(fixture.root)/system/dir
                """
            )
            let id = try await fixture.open().create()
            #expect(try await describeTree(fixture.tree(id)) == describeTree(fixture.root.appending("system")))
        }
    }

    @Test(arguments: [true, false])
    func `nested subvolumes are copied, or left out by name`(isRecursive: Bool) async throws {
        try await withStore(.btrfs) { fixture in
            try await shell("cd \(fixture.root)/system; btrfs -q subvolume create sub; echo x > sub/file")
            var fixture = fixture
            fixture.sources[0].driver = .clone
            fixture.sources[0].isRecursive = isRecursive
            let store = try await fixture.open()
            let id = try await store.create()
            let summary = try #require(try await store.list().first)
            #expect(!summary.isReadOnly && !summary.isAtomic)
            #expect(summary.leftOut == (isRecursive ? [] : ["the nested subvolume \(fixture.root)/system/sub"]))
            let found = try await shell("cd \(fixture.tree(id)); find . | sort")
            #expect(found == ".\n./file\n./sub\n" + (isRecursive ? "./sub/file\n" : ""))
            try await store.delete(id)
        }
    }

    @Test func `a million names that can't be taken along stay a bounded part of the record`() {
        var leftOut = LeftOut()
        for number in 0..<100_000 { leftOut.add("the socket", FilePath("/\u{1}\(number)"), ", which") }
        #expect(leftOut.fragments.count <= 1001)
        #expect(leftOut.fragments.first == "the socket /\\x010, which")
        #expect(leftOut.fragments.last?.hasSuffix(" more") == true)
        var long = LeftOut()
        for _ in 0..<100 { long.add("the socket", FilePath("/" + String(repeating: "x", count: 4000))) }
        #expect(long.fragments.reduce(0) { $0 + $1.utf8.count } < 40_000)
    }
}
