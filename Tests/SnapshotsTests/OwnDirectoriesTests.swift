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
