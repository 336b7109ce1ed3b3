import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// What a start makes of what a crash, a hand or a later version has left in the directory.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct SnapshotRecoveryTests {
    /// Each leaves the snapshot 1, with nested subvolumes, as a crash after one of the steps of making or deleting one does.
    @Test(arguments: [
        "mkdir .5.partial",
        "mkdir .5.partial; btrfs -q subvolume snapshot 1/system .5.partial/system",
        "mkdir .5.partial; btrfs -q subvolume snapshot -r 1/system .5.partial/system; echo { > .5.partial/.snapshot.json.partial",
        "mv 1 .1.partial",
        "mv 1 .1.deleting",
        "mv 1 .1.deleting; btrfs property set .1.deleting/system ro false",
        """
        mv 1 .1.deleting; for i in . a a/b; do btrfs property set .1.deleting/system/$i ro false; done
        btrfs -q subvolume delete .1.deleting/system/a/b
        """,
        "mv 1 .1.deleting; rm .1.deleting/snapshot.json",
        "echo 7 > .next-id.partial",
    ])
    func `what was cut off after a step goes, and its id is not given again`(step: String) async throws {
        try await withStore(.btrfs) { fixture in
            try await shell("cd \(fixture.root)/system; for i in a a/b; do btrfs -q subvolume create $i; done")
            var store = try await fixture.open()
            _ = try await store.create()
            try await shell("cd \(fixture.snapshots); rm .next-id; \(step)")
            store = try await fixture.open()
            let isThere = try await store.list().map(\.id) == [1]
            #expect(isThere != step.contains("mv 1"))
            let next = try await store.create()
            #expect(next == (step.contains(".5.") ? 6 : 2))
            let names = try fixture.names().filter { $0 != ".next-id" }
            #expect(names == (isThere ? ["1", "\(next)"] : ["\(next)"]))
            #expect(try await shell("btrfs subvolume list \(fixture.root) | wc -l") == "\(4 + 3 * names.count)\n")
        }
    }

    @Test func `what is mounted in a left-over is not emptied`() async throws {
        try await withStore(.clone) { fixture in
            try await shell(
                """
                cd \(fixture.root); mkdir -p snapshots/.7.deleting/system/point precious; touch precious/file
                mount --bind precious snapshots/.7.deleting/system/point
                """
            )
            let store = try await fixture.open()
            let kept = try await shell("cd \(fixture.root); ls precious; umount snapshots/.7.deleting/system/point")
            #expect(kept == "file\n")
            #expect(try await store.create() == 8)
            _ = try await fixture.open()
            #expect(try fixture.names() == [".next-id", "8"])
        }
    }

    @Test(arguments: [
        "echo nonsense > .next-id", ": > .next-id", "ln -s /dev/zero .next-id", "echo -1 > .next-id",
        "echo 99999999999 > .next-id", "mkdir .next-id", "mkfifo .next-id", "head -c 1000 /dev/zero > .next-id",
    ])
    func `a counter that can't be read does not give an id that is in use`(script: String) async throws {
        try await withStore(.clone) { fixture in
            try await shell("mkdir -p \(fixture.snapshots)/12; cd \(fixture.snapshots); \(script)")
            let store = try await fixture.open()
            if script.hasPrefix("mkdir") {
                #expect(await failure { try await store.create() }?.code == .failed)
            } else {
                #expect(try await store.create() == 13)
                #expect(try await shell("cat \(fixture.snapshots)/.next-id") == "14\n")
            }
        }
    }

    @Test func `the highest id stays used up after its snapshot is deleted`() async throws {
        try await withStore(.clone) { fixture in
            var store = try await fixture.open(lowestNextID: .max)
            try await store.delete(try await store.create())
            store = try await fixture.open()
            let error = await failure { try await store.create() }
            #expect(error?.code == .limitsExceeded)
            #expect(error?.message.contains("4294967295") == true)
        }
    }

    /// Each spoils the record of snapshot 1.
    @Test(arguments: [
        "s/\"version\" : 1/\"version\" : 2/", "s/\"id\" : 1/\"id\" : 2/", "s/\"id\" : 1/\"id\" : -1/",
        "s/\"created\"/\"x\"/",
        "s/\"name\" : \"system\"/\"name\" : \"..\"/", "s/\"name\" : \"system\"/\"name\" : \"system\\/..\"/",
        "s/\"name\" : \"system\"/\"name\" : \"\\/etc\"/", "s/\"name\" : \"system\"/\"name\" : \"\"/",
        "s/\"name\" : \"system\"/\"name\" : \"link\"/", "s/\"name\" : \"system\"/\"name\" : \"gone\"/",
        "s/\"name\" : \"data\"/\"name\" : \"system\"/", "s/\"kind\" : \"system\"/\"kind\" : \"x\"/", "1d", "$d",
        "s/\"description\" : \"\"/\"description\" : 7/",
    ])
    func `a record that is not one of this version and this snapshot makes none`(edit: String) async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open()
            _ = try await store.create(system: true, data: true)
            try await shell("cd \(fixture.snapshots)/1; ln -s /etc link; sed -i '\(edit)' snapshot.json")
            #expect(try await store.list() == [])
            #expect(await !store.exists(1))
            #expect(await failure { try await store.lease(1) }?.code == .corrupt)
            #expect(await failure { try await store.delete(1) }?.code == .corrupt)
            #expect(try await fixture.open().create() == 2)
            #expect(try fixture.names() == [".next-id", "1", "2"])
        }
    }

    @Test func `a record too large to be read is not written`() throws {
        let subvolumes = (0..<20_000).map { SnapshotRecord.Subvolume(path: "sub/\($0)", id: $0, uuid: "x") }
        let tree = SnapshotRecord.Tree(
            name: "system",
            path: "/",
            kind: .system,
            driver: .btrfs,
            isReadOnly: true,
            isAtomic: false,
            subvolumes: subvolumes,
            leftOut: []
        )
        let record = SnapshotRecord(id: 1, description: "", created: 0, kind: .manual, trees: [tree])
        let error = #expect(throws: BackupError.self) { try record.encoded() }
        #expect(error?.code == .limitsExceeded)
        #expect(error?.message.contains("20000 subvolumes") == true)
    }

    @Test func `what runs is told at once, while it runs`() async throws {
        try await withStore(.clone) { fixture in
            try await shell("cd \(fixture.root)/system; for i in {1..300}; do head -c 100000 /dev/zero > $i; done")
            let store = try await fixture.open()
            async let id = store.create()
            var seen = SnapshotStatus()
            while !seen.isBusy || seen.id == 0 { seen = await store.status() }
            #expect(seen == SnapshotStatus(isBusy: true, operation: "create", id: 1))
            #expect(try await id == 1)
            #expect(await store.status() == SnapshotStatus())
        }
    }
}
