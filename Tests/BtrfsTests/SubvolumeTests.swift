import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Btrfs

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct SubvolumeTests {
    private func subvolume(_ path: FilePath) throws -> Subvolume? {
        try Subvolume(Descriptor.open(path, [.readOnly, .directory]))
    }

    @Test func `a subvolume is told from a directory and from another filesystem`() async throws {
        try await withBtrfsImage { root in
            try await shell("mkdir \(root)/plain; btrfs -q subvolume create \(root)/sub")
            let isSubvolume = try [root, root.appending("sub"), root.appending("plain"), "/proc"].map { path in
                try subvolume(path) != nil
            }
            #expect(isSubvolume == [true, true, false, false])
        }
    }

    @Test func `a snapshot knows what it was made of and can be made read-only and writable`() async throws {
        try await withBtrfsImage { root in
            try await shell("btrfs -q subvolume create \(root)/sub; echo x > \(root)/sub/file")
            let top = try Descriptor.open(root, [.readOnly, .directory])
            guard let live = try subvolume(root.appending("sub")) else {
                throw TestSupportError(description: "no subvolume")
            }
            try live.snapshot(into: top, named: "snapshot", isReadOnly: true)
            guard let snapshot = try subvolume(root.appending("snapshot")) else {
                throw TestSupportError(description: "no snapshot")
            }
            let parent = try snapshot.information().parentUUID
            let uuid = try live.information().uuid
            #expect(parent == uuid)
            var isReadOnly = try snapshot.isReadOnly()
            #expect(isReadOnly)
            try snapshot.setReadOnly(false)
            isReadOnly = try snapshot.isReadOnly()
            #expect(!isReadOnly)
            let (liveID, snapshotID) = (live.id, snapshot.id)
            #expect(liveID != snapshotID)
            let recorded = try snapshot.information().id
            #expect(recorded == snapshotID)
            try top.deleteSubvolume("snapshot")
            try top.commitFilesystem()
            #expect(try await shell("ls \(root)") == "sub\n")
        }
    }

    @Test func `nested subvolumes are listed, each before those in it`() async throws {
        try await withBtrfsImage { root in
            try await shell(
                """
                cd \(root); btrfs -q subvolume create a; mkdir 'a/with blank'; btrfs -q subvolume create 'a/with blank/b'
                btrfs -q subvolume create 'a/with blank/b/c'; btrfs -q subvolume create beside
                """
            )
            let nested = try #require(try subvolume(root.appending("a"))?.nested())
            #expect(nested.map(\.path) == ["with blank/b", "with blank/b/c"])
            let ids = try nested.map { try subvolume(root.appending("a").pushing($0.path))?.id }
            #expect(ids == nested.map(\.id))
        }
    }

    @Test func `all of a btrfs has one id, and two have two`() async throws {
        try await withBtrfsImage { first in
            try await withBtrfsImage { second in
                try await shell("btrfs -q subvolume create \(first)/sub; mkdir \(first)/sub/plain")
                let ids = try [first, first.appending("sub/plain"), second, "/proc"].map { path in
                    try Descriptor.open(path, .readOnly).btrfsID()
                }
                #expect(ids[0]?.count == 16 && ids[0] == ids[1])
                #expect(ids[2]?.count == 16 && ids[0] != ids[2])
                #expect(ids[3] == nil)
            }
        }
    }

    @Test func `the default subvolume and exclusive bytes are told`() async throws {
        try await withBtrfsImage { root in
            let top = try Descriptor.open(root, [.readOnly, .directory])
            try top.makeSubvolume("sub")
            let id = try #require(try subvolume(root.appending("sub"))?.id)
            #expect(try top.defaultSubvolumeID() == 5)
            try await shell("btrfs subvolume set-default \(root)/sub")
            #expect(try top.defaultSubvolumeID() == id)
            #expect(top.exclusiveByteCount(ofSubvolume: id) == nil)
            try await shell("btrfs quota enable \(root); btrfs quota rescan -w \(root)")
            #expect(top.exclusiveByteCount(ofSubvolume: id) ?? 0 > 0)
            #expect(top.exclusiveByteCount(ofSubvolume: 1 << 40) == nil)
        }
    }

    @Test func `an error names what was done and the kernel's reason`() async throws {
        try await withBtrfsImage { root in
            try await shell("mkdir \(root)/plain")
            let top = try Descriptor.open(root, [.readOnly, .directory])
            let error = #expect(throws: BtrfsError.self) { try top.deleteSubvolume("missing") }
            #expect(error?.description.contains("delete the subvolume missing") == true)
            #expect(error?.errno == .noSuchFileOrDirectory)
        }
    }
}
