import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// Going to the state of a snapshot, and back.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ActivationTests {
    /// What the sources hold first; and what is made of it.
    private static let first = """
        mkdir -p dir/deep; echo one > dir/file; ln dir/file link; ln -s 'no//where/' dangling; chmod 4755 dir/file
        setfattr -n user.x -v y dir; setfacl -d -m u:99:r dir; truncate -s 1M sparse; mkfifo fifo; chown 12:34 dir
        touch -d '2001-02-03 04:05:06.123456789' dir .
        """
    private static let second = """
        rm -r dir; mkdir dir; echo two > dir/file; echo new > added; rm dangling; chmod 700 .; chown 5:6 .
        setfattr -n user.top -v z .
        """

    private func change(_ fixture: StoreFixture, _ script: String) async throws {
        for source in fixture.sources { try await shell("cd \(source.path); \(script)") }
    }

    @Test(arguments: ActivationPlace.allCases)
    func `activating a snapshot brings its state back, and activating the undo the one before, also twice`(
        place: ActivationPlace
    ) async throws {
        try await place.withStore { fixture in
            try await change(fixture, Self.first)
            let store = try await fixture.open(.forTests())
            let id = try await store.create(system: true, data: true)
            let old = try await fixture.describeLive()
            try await change(fixture, Self.second)
            let present = try await fixture.describeLive()
            #expect(old != present)

            let undo = try await store.activate(id)
            #expect(undo == id + 1)
            let live = try await fixture.describeLive()
            #expect(live.difference(from: old).map { "\($0)" } == [])
            #expect(try await fixture.describe(undo) == present)
            let redo = try await store.activate(undo)
            #expect(try await fixture.describeLive() == present)
            #expect(try await store.activate(redo) == redo + 1)
            #expect(try await fixture.describeLive() == old)
            _ = try await store.activate(undo)
            #expect(try await fixture.describeLive() == present)
            // The live tree can be changed, and a snapshot can be taken of it.
            try await change(fixture, "echo three >> dir/file")
            #expect(try await store.create(system: true, data: true) == 6)
            let summaries = try await store.list()
            #expect(summaries.map(\.kind) == [.manual, .undo, .undo, .undo, .undo, .manual])
            #expect(summaries.map(\.isActive) == [false, true, false, false, false, false])
            #expect(summaries[1].description == "State of system, data before snapshot 1 was made live")
            let isSubvolume = try await shell("stat -c %i \(fixture.root)/system") == "256\n"
            #expect(isSubvolume == place.isBtrfs)
            if place == .mounted { try await shell("umount \(fixture.root)/shown") }
        }
    }

    @Test(arguments: [ActivationPlace.btrfs, .host])
    func `deleting the undo removes the tree that was live`(place: ActivationPlace) async throws {
        try await place.withStore { fixture in
            var store = try await fixture.open(.forTests())
            let id = try await store.create(system: true, data: true)
            let undo = try await store.activate(id)
            let old = try fixture.leftovers()
            #expect(old.filter { $0.hasPrefix(".nexus-backup-2-") }.count == 2)
            store = try await fixture.open(.forTests())
            #expect(try fixture.leftovers() == old)
            #expect(await store.status().active == id)
            try await store.delete(undo)
            #expect(try fixture.leftovers() == [".activations.json"])
            try await store.delete(id)
            #expect(try fixture.names() == [".activations.json", ".next-id"])
            if place == .btrfs {
                #expect(try await shell("btrfs subvolume list \(fixture.root) | wc -l") == "2\n")
            }
            #expect(try await shell("cat \(fixture.root)/system/file") == "system\n")
        }
    }

    @Test func `a source that is mounted shows the old state until it is mounted again`() async throws {
        try await ActivationPlace.mounted.withStore { fixture in
            let shown = fixture.root.appending("shown")
            let store = try await fixture.open(.forTests())
            #expect(await store.status() == SnapshotStatus())
            let id = try await store.create()
            try await shell("echo changed > \(shown)/file; mkdir \(fixture.root)/part")
            try await shell("mkdir \(shown)/dir; mount --bind \(shown)/dir \(fixture.root)/part")
            try await shell("mount --bind \(shown)/dir \(shown)/dir")
            let undo = try await store.activate(id)
            #expect(try await shell("cat \(shown)/file \(fixture.root)/system/file") == "changed\nsystem\n")
            let expected = SnapshotStatus(
                active: id,
                isRebootRequired: true,
                mountsOfOld: [shown.string, "\(fixture.root)/part"]
            )
            #expect(await store.status() == expected)
            #expect(try await fixture.open(.forTests()).status() == expected)
            for id in [id, undo] {
                let error = await failure { try await store.delete(id) }
                #expect(error?.code == .inUse)
                #expect(error?.message.contains("\(shown)") == true, "\(error?.message ?? "")")
            }
            try await shell(
                """
                cd \(fixture.root); umount part shown/dir shown
                mount -o subvol=system $(findmnt -no SOURCE \(fixture.root)) shown; cat shown/file > seen; umount shown
                """
            )
            #expect(try await shell("cat \(fixture.root)/seen") == "system\n")
            #expect(await store.status() == SnapshotStatus(active: id))
            try await store.delete(undo)
            try await store.delete(id)
        }
    }

    @Test func `a directory that is mounted elsewhere shows the old state there`() async throws {
        try await ActivationPlace.host.withStore { fixture in
            let shown = fixture.root.appending("shown")
            let store = try await fixture.open(.forTests())
            let id = try await store.create()
            try await shell("mkdir \(shown); mount --bind \(fixture.root)/system \(shown); echo x > \(shown)/file")
            let undo = try await store.activate(id)
            let status = await store.status()
            let error = await failure { try await store.delete(undo) }
            try await shell("cp \(shown)/file \(fixture.root)/seen; umount \(shown)")
            #expect(status.isRebootRequired && status.mountsOfOld == [shown.string])
            #expect(error?.code == .inUse)
            #expect(try await shell("cat \(fixture.root)/seen") == "x\n")
            try await store.delete(undo)
            #expect(try fixture.leftovers() == [".activations.json"])
        }
    }

    @Test func `what is live is told as long as it is what was put there`() async throws {
        try await ActivationPlace.btrfs.withStore { fixture in
            let store = try await fixture.open(.forTests())
            let both = try await store.create(system: true, data: true)
            let data = try await store.create(system: false, data: true)
            _ = try await store.activate(both)
            #expect(try await store.list().filter(\.isActive).map(\.id) == [both])
            _ = try await store.activate(data)
            #expect(try await store.list().filter(\.isActive).map(\.id) == [data])
            #expect(await store.status().active == data)
            try await shell("cd \(fixture.root); mv data moved; btrfs -q subvolume create data")
            #expect(try await store.list().filter(\.isActive).isEmpty)
            #expect(await store.status().active == 0)
        }
    }

    @Test func `nested subvolumes end up where they were, and can be written to`() async throws {
        try await ActivationPlace.btrfs.withStore { fixture in
            let system = fixture.root.appending("system")
            let make = """
                cd \(system); mkdir -p deep/er; for i in a a/b deep/er/c $'a/\\xff\\n'; do
                    btrfs -q subvolume create "$i"; echo "$i" > "$i/file"; done
                touch -d '2001-02-03 04:05:06.5' a a/b deep/er deep .
                """
            try await shell(make)
            let store = try await fixture.open(.forTests())
            let id = try await store.create()
            let old = try await describeTree(system)
            try await shell(
                "cd \(system); btrfs -q subvolume delete a/b; echo x >> a/file; btrfs -q subvolume create d"
            )
            let present = try await describeTree(system)
            let undo = try await store.activate(id)
            #expect(try await describeTree(system) == old)
            let inodes = "cd \(system); stat -c %i a a/b deep/er/c deep"
            #expect(try await shell(inodes).hasPrefix("256\n256\n256\n"))
            _ = try await store.activate(undo)
            #expect(try await describeTree(system) == present)
            try await shell("cd \(system); echo x > a/file; echo x > deep/er/c/file; echo x > d/file")
            for summary in try await store.list() { try await store.delete(summary.id) }
            #expect(try fixture.leftovers() == [".activations.json"])
            #expect(try await shell("btrfs subvolume list \(fixture.root) | grep -c ^ID") == "6\n")
        }
    }

    @Test func `a tree with everything difficult in it comes back as a copy does`() async throws {
        try await ActivationPlace.host.withStore { fixture in
            let system = fixture.root.appending("system")
            try await TortureTree.small.make(at: system.appending("odd"))
            let store = try await fixture.open(.forTests())
            let id = try await store.create()
            let old = try await describeTree(system)
            // What is made beside the live tree inherits nothing from there.
            try await shell("rm -r \(system)/odd; setfacl -d -m u:55:rwx \(fixture.root); chmod g+s \(fixture.root)")
            let present = try await describeTree(system)
            let undo = try await store.activate(id)
            #expect(try await describeTree(system) == old)
            _ = try await store.activate(undo)
            #expect(try await describeTree(system) == present)
        }
    }
}
