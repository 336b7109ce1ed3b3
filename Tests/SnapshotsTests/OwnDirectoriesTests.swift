import BackupModel
import Linux
import Snapshots
import SystemPackage
import TestSupport
import Testing

/// A source that holds the product's own directories.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct OwnDirectoriesTests {
    /// A source at `root/system`, with snapshots and backups in `product` there, which `make` makes.
    private func fixture(_ root: FilePath, _ product: String) -> StoreFixture {
        let place = root.appending("system").appending(product)
        let source = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
        return StoreFixture(root: place, sources: [source], excluding: [place.appending("backups")])
    }

    private static let contents = """
        cd system; mkdir -p product/backups product/snapshots; echo x > file; echo large > product/backups/backup
        echo kept > product/kept; touch -d '2001-02-03 04:05:06.5' product/backups product
        """

    @Test(arguments: [
        // Plain directories of the source, in a nested subvolume, and subvolumes themselves.
        "btrfs -q subvolume create system; ",
        "btrfs -q subvolume create system; btrfs -q subvolume create system/product; ",
        """
        btrfs -q subvolume create system; mkdir system/product
        for i in backups snapshots; do btrfs -q subvolume create system/product/$i; done; 
        """,
        "mkdir system; ",
    ])
    func `nothing that is in them is in a snapshot`(layout: String) async throws {
        try await withBtrfsImage { root in
            try await shell("cd \(root); \(layout)\(Self.contents)")
            let fixture = fixture(root, "product")
            let store = try await fixture.open()
            for id in 1...3 as ClosedRange<SnapshotID> {
                #expect(try await store.create() == id)
                let found = try await shell("cd \(fixture.tree(id)); find . -mindepth 1 | sort")
                #expect(found == "./file\n./product\n./product/backups\n./product/kept\n./product/snapshots\n")
                let time = try await shell("stat -c %y \(fixture.tree(id))/product/backups")
                #expect(layout.contains("product/$i") || time.hasPrefix("2001-02-03 04:05:06.5"))
            }
            let summary = try #require(try await store.list().last)
            #expect(
                Set(summary.leftOut) == [
                    "the product's own directory \(fixture.root)/snapshots",
                    "the product's own directory \(fixture.root)/backups",
                ]
            )
            #expect(summary.isReadOnly == layout.contains("create system"))
            for id in 1...3 as ClosedRange<SnapshotID> { try await store.delete(id) }
            #expect(try fixture.names() == [".next-id"])
        }
    }

    @Test func `what one reaches by another mount of the source is found too`() async throws {
        try await withBtrfsImage { root in
            let place = root.appending("seen/through")
            try await shell(
                """
                cd \(root); btrfs -q subvolume create system; \(Self.contents); mkdir -p \(place)
                mount --bind \(root)/system \(place)
                """
            )
            let source = SnapshotSource(name: "system", path: place, kind: .system)
            let fixture = StoreFixture(
                root: root.appending("system/product"),
                sources: [source],
                excluding: [root.appending("system/product/backups")]
            )
            let store = try await fixture.open()
            let id = try await store.create()
            let found = try await shell("cd \(fixture.tree(id)); find . -mindepth 1 | sort")
            #expect(found == "./file\n./product\n./product/backups\n./product/kept\n./product/snapshots\n")
            let tree = try #require(try await store.lease(id).trees.first)
            #expect(tree.ownDirectories == ["product/snapshots", "product/backups"])
        }
    }

    @Test func `a lease tells where they are in the tree, whatever the snapshot holds of them`() async throws {
        try await withTemporaryDirectory { root in
            try await shell("cd \(root); mkdir -p system/later real; ln -s real link; mkdir real/a")
            let system = SnapshotSource(name: "system", path: root.appending("system"), kind: .system)
            let linked = SnapshotSource(name: "linked", path: root.appending("link"), kind: .system)
            var fixture = StoreFixture(root: root, sources: [system, linked])
            let id = try await fixture.open().create()
            fixture.excluding = ["system/later", "real/a", "link/b", "system/none", "other", "systematic"].map {
                root.appending($0)
            }
            try await shell("cd \(root); mkdir real/b other systematic")
            let store = try await fixture.open()
            #expect(
                try await store.lease(id).trees.map(\.ownDirectories) == [["later", "none"], ["a", "b"]]
            )
            try await shell("rm -r \(root)/system")
            #expect(try await store.lease(id).trees.first?.ownDirectories == ["later", "none"])
        }
    }

    @Test(arguments: ["mkdir", "btrfs -q subvolume create"])
    func `a source that lies in one of them is refused`(make: String) async throws {
        try await withBtrfsImage { root in
            try await shell("cd \(root); mkdir snapshots; \(make) snapshots/inside")
            for path in ["snapshots", "snapshots/inside"] {
                let source = SnapshotSource(name: "system", path: root.appending(path), kind: .system)
                let fixture = StoreFixture(root: root, sources: [source])
                let store = try await fixture.open()
                let error = await failure { try await store.create() }
                #expect(error?.code == .unsupported)
                #expect(error?.message.contains("keeps its own files") == true)
                #expect(try fixture.names() == [".next-id", "inside"])
            }
        }
    }
}
