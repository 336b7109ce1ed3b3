import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct CloneVolumeTests {
    @Test func `a copy keeps types, modes, owners, times, links, holes, attributes and ACLs`() async throws {
        try await withStore(.clone) { fixture in
            try await shell(
                #"""
                cd \#(fixture.root)/system; rm file
                printf x > plain; chmod 4755 plain; chown 4000000:3000000 plain
                mkdir -p dir/deep; chmod 1777 dir; echo y > dir/deep/file; ln plain dir/deep/link; ln -s 'no//where/' dangling
                truncate -s 1G sparse; printf end | dd of=sparse bs=1 seek=500000000 conv=notrunc status=none
                mkfifo fifo; mknod null c 1 3; mknod block b 7 200; ln fifo dir/fifo; ln -s x a-link; ln a-link dir/a-link
                setfattr -n user.name -v value plain; setfattr -n user.empty plain; setfattr -n trusted.t -v 1 dir
                setfacl -m u:1234:rwx,g:77:r plain; setfacl -d -m u:99:r dir; cp /bin/true cap; setcap cap_net_raw+ep cap
                touch "$(printf 'new\nline \377 \\')"; touch -d '1960-01-01 00:00:00.123456789' plain dir
                touch -h -d '2050-01-01 00:00:00.5' dangling
                """#
            )
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: false, description: "", kind: .manual)
            let copy = fixture.snapshots.appending("\(id)/system")
            let facts = """
                find . -mindepth 1 -printf '%P %y %m %U %G %T@ %n %l\\n' | sort
                find . -print0 | sort -z | xargs -0 getfattr -dm- -h --absolute-names 2>/dev/null
                find . -type f -print0 | sort -z | xargs -0 sha256sum; stat -c '%n %b %t %T' sparse null block
                """
            let original = try await shell("cd \(fixture.root)/system && { \(facts); }")
            #expect(try await shell("cd \(copy) && { \(facts); }") == original)
            #expect(original.contains("security.capability") && original.contains("posix_acl_default"))
            let links = try await shell(
                "cd \(copy) && [ plain -ef dir/deep/link ] && [ fifo -ef dir/fifo ] && stat -c %h a-link"
            )
            #expect(links == "2\n")
        }
    }

    @Test func `sockets, other filesystems and the product's own directories are left out by name`() async throws {
        try await withTemporaryDirectory { root in
            try await shell(
                """
                cd \(root); mkdir -p system/mounted system/snapshots; echo x > system/file
                /usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("system/socket")'
                mount -t tmpfs nexus-test system/mounted; touch system/mounted/file
                """
            )
            do {
                let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
                let fixture = StoreFixture(root: root.appending("system"), sources: [source])
                let store = try await fixture.open()
                _ = try await store.create(system: true, data: false, description: "", kind: .manual)
                let summary = try #require(try await store.list().first)
                #expect(
                    summary.leftOut.sorted() == [
                        "the filesystem mounted at \(root)/system/mounted",
                        "the product's own directory \(root)/system/snapshots",
                        "the socket \(root)/system/socket",
                    ]
                )
                let listing = try await shell("cd \(summary.path) && find system | sort")
                #expect(listing == "system\nsystem/file\nsystem/mounted\nsystem/snapshots\n")
                try await shell("umount \(root)/system/mounted")
            } catch {
                try await shell("umount \(root)/system/mounted")
                throw error
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a directory mounted on itself, as a service manager does, is part of the tree`(kind: StoreKind) async throws {
        try await withStore(kind) { fixture in
            let directory = fixture.root.appending("system/own")
            try await shell("mkdir \(directory); echo x > \(directory)/file; mount --bind \(directory) \(directory)")
            do {
                let store = try await fixture.open()
                let id = try await store.create(system: true, data: false, description: "", kind: .manual)
                #expect(try await store.list().first?.leftOut == [])
                #expect(try await shell("cat \(fixture.snapshots)/\(id)/system/own/file") == "x\n")
                try await shell("umount \(directory)")
            } catch {
                try await shell("umount \(directory)")
                throw error
            }
        }
    }

    @Test func `a tree deeper than any path may be long is copied and deleted`() async throws {
        try await withStore(.clone) { fixture in
            let make = """
                import os, sys
                os.chdir(sys.argv[1])
                for i in range(3000):
                    os.mkdir("d" * 20); os.chdir("d" * 20)
                    if i % 500 == 0: open("file", "w").write(str(i))
                """
            try await shell("/usr/bin/python3 - \(fixture.root)/system", input: make)
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: false, description: "", kind: .manual)
            let count = """
                import os, sys
                os.chdir(sys.argv[1]); depth = files = 0
                while os.path.exists("d" * 20):
                    os.chdir("d" * 20); depth += 1; files += os.path.exists("file")
                print(depth, files)
                """
            let result = try await shell("/usr/bin/python3 - \(fixture.snapshots)/\(id)/system", input: count)
            #expect(result == "3000 6\n")
            try await store.delete(id)
            #expect(try fixture.names() == [".next-id"])
            try await shell("rm -r \(fixture.root)/system")
        }
    }

    @Test func `on a filesystem that shares blocks a copy takes no space`() async throws {
        try await withBtrfsImage { root in
            try await shell("mkdir \(root)/data; head -c 50000000 /dev/urandom > \(root)/data/noise; sync -f \(root)")
            let source = SnapshotSource(name: "data", path: root.appending("data"), kind: .data)
            let store = try await StoreFixture(root: root, sources: [source]).open()
            _ = try await store.create(system: false, data: true, description: "", kind: .manual)
            let shared = try await shell(
                "sync -f \(root); btrfs filesystem du -s --raw \(root)/snapshots/1/data | tail -1"
            )
            #expect(shared.split(separator: " ").dropFirst().first == "0", "\(shared)")
        }
    }
}
