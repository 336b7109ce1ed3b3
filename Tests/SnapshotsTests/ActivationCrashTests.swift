import BackupModel
import Glibc
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// An activation that ends between two of its steps: all trees are the old ones then, or all are the new ones.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ActivationCrashTests {
    private typealias Step = ActivationEnvironment.Step

    /// The moments of an activation of two sources, in their order.
    private static let steps: [Step] = [
        .intended, .tookUndo, .copied(source: 0), .copied(source: 1), .prepared, .exchanged(source: 0),
        .exchanged(source: 1), .synchronized, .done,
    ]
    /// From here on the new trees are live.
    private static let firstOfNew = 6
    private static let places = [ActivationPlace.btrfs, .tmpfs]

    private static func fixture(at root: FilePath) -> StoreFixture {
        let sources = [
            SnapshotSource(name: "system", path: root.appending("system"), kind: .system),
            SnapshotSource(name: "data", path: root.appending("data"), kind: .data),
        ]
        return StoreFixture(root: root, sources: sources)
    }

    /// Snapshot 1 of both sources, and a state that differs from it; what the two look like.
    private func prepare(_ fixture: StoreFixture) async throws -> (old: [String], new: [String]) {
        let store = try await fixture.open(.forTests())
        for source in fixture.sources {
            let nested = "btrfs -q subvolume create sub || mkdir sub"
            try await shell("cd \(source.path); { \(nested); } 2> /dev/null; echo nested > sub/file")
        }
        #expect(try await store.create(system: true, data: true) == 1)
        let new = try await fixture.describeLive()
        for source in fixture.sources {
            try await shell("cd \(source.path); echo more >> sub/file; echo added > file2; sync -f .")
        }
        return (try await fixture.describeLive(), new)
    }

    @Test func `the steps are all there are`() async throws {
        try await ActivationPlace.tmpfs.withStore { fixture in
            let seen = Recorder<Step>()
            let store = try await fixture.open(.forTests { seen.add($0) })
            _ = try await store.activate(store.create(system: true, data: true))
            #expect(seen.values == Self.steps)
        }
    }

    /// What is there after a start: the old state and nothing more, or the new one with the snapshot of the old.
    private func expectWhole(
        _ fixture: StoreFixture,
        _ states: (old: [String], new: [String]),
        isNew: Bool,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let store = try await fixture.open(.forTests())
        let live = try await fixture.describeLive()
        #expect(live == (isNew ? states.new : states.old), sourceLocation: location)
        let undos = try await store.list().filter { $0.kind == .undo }.map(\.id)
        #expect(undos.count == (isNew ? 1 : 0), sourceLocation: location)
        #expect(await store.status() == SnapshotStatus(active: isNew ? 1 : 0), sourceLocation: location)
        if let undo = undos.first {
            #expect(try await fixture.describe(undo) == states.old, sourceLocation: location)
            let redo = try await store.activate(undo)
            #expect(try await fixture.describeLive() == states.old, sourceLocation: location)
            for id in [undo, redo] { try await store.delete(id) }
        }
        #expect(try fixture.leftovers() == [".activations.json"], sourceLocation: location)
        #expect(try fixture.names().filter { !$0.hasPrefix(".") } == ["1"], sourceLocation: location)
    }

    @Test(arguments: places)
    func `killed between any two steps, it is finished or undone at the next start`(place: ActivationPlace) async throws
    {
        try await place.withStore { fixture in
            let states = try await prepare(fixture)
            for index in Self.steps.indices {
                await #expect(processExitsWith: .exitCode(9)) {
                    [
                        root = fixture.root.string as String, index = index as Int
                    ] in
                    let store = try await Self.fixture(at: FilePath(root)).open(
                        .forTests { if $0 == Self.steps[index] { endProcess(status: 9) } }
                    )
                    _ = try await store.activate(1)
                }
                try await expectWhole(fixture, states, isNew: index >= Self.firstOfNew)
            }
        }
    }

    /// The moments of going back once both trees have changed places and a later step fails.
    private static let stepsBack: [Step] = [
        .changedBack(source: 1), .changedBack(source: 0), .removedCopy(source: 0), .removedCopy(source: 1),
        .removedUndo,
    ]

    @Test(arguments: places)
    func `killed while it goes back, it goes on at the next start`(place: ActivationPlace) async throws {
        try await place.withStore { fixture in
            let states = try await prepare(fixture)
            for index in Self.stepsBack.indices {
                await #expect(processExitsWith: .exitCode(9)) {
                    [root = fixture.root.string as String, index = index as Int] in
                    let store = try await Self.fixture(at: FilePath(root)).open(
                        .forTests { step in
                            if step == .synchronized { throw LinuxError(.ioError, "go on") }
                            if step == Self.stepsBack[index] { endProcess(status: 9) }
                        }
                    )
                    _ = try await store.activate(1)
                }
                // With one tree the new and one the old, the start goes back; with both the new, it goes on.
                try await expectWhole(fixture, states, isNew: false)
            }
        }
    }

    @Test func `killed while an undo is deleted, the rest goes at the next start`() async throws {
        try await ActivationPlace.btrfs.withStore { fixture in
            let store = try await fixture.open(.forTests())
            _ = try await store.create(system: true, data: true)
            _ = try await store.activate(1)
            #expect(try fixture.leftovers().count == 3)
            try await shell("cd \(fixture.snapshots); mv 2 .2.deleting")
            _ = try await fixture.open(.forTests())
            #expect(try fixture.leftovers() == [".activations.json"])
            #expect(try await shell("btrfs subvolume list \(fixture.root) | wc -l") == "4\n")
        }
    }

    @Test func `after a power failure between any two steps it is finished or undone, and whole`() async throws {
        try await withMountedBtrfs { image in
            let root = image.mountPoint
            try await shell(
                "cd \(root); for i in system data; do btrfs -q subvolume create $i; echo $i > $i/file; done"
            )
            let fixture = Self.fixture(at: root)
            let states = try await prepare(fixture)
            let store = try await fixture.open(.forTests { step in try image.keepDisk(as: "\(step)") })
            _ = try await store.activate(1)
            for (index, step) in Self.steps.enumerated() {
                try await image.restart(from: "\(step)")
                // What was not synchronized when the power failed may be there or not.
                let store = try await fixture.open(.forTests())
                let isNew = await store.status().active == 1
                if Self.steps[index] == .synchronized || Self.steps[index] == .done { #expect(isNew) }
                if index < Self.firstOfNew { #expect(!isNew) }
                try await expectWhole(fixture, states, isNew: isNew)
            }
        }
    }

    @Test(arguments: places)
    func `a failure of the second of two exchanges changes the first one back`(place: ActivationPlace) async throws {
        try await place.withStore { fixture in
            let states = try await prepare(fixture)
            let data = fixture.root.appending("data").string
            let store = try await fixture.open(
                .forTests { step in
                    // What is mounted can't be renamed.
                    guard step == .exchanged(source: 0) else { return }
                    let result = unsafe mount("nexus-test", data, "tmpfs", 0, nil)
                    #expect(result == 0)
                }
            )
            let error = await failure { try await store.activate(1) }
            #expect(error?.message.contains("made live: exchange data with .nexus-backup-2-") == true)
            // It is not clear what is live at the second source as long as that is covered.
            let pending = await failure { try await store.delete(1) }
            #expect(pending?.code == .inUse)
            let busy = await failure { try await store.activate(1) }
            #expect(busy?.code == .busy)
            #expect(busy?.message.contains("neither the one before nor the one after") == true)
            try await shell("umount \(data)")
            try await expectWhole(fixture, states, isNew: false)
        }
    }

    @Test func `a failure after any step leaves everything as it was`() async throws {
        try await ActivationPlace.btrfs.withStore { fixture in
            let states = try await prepare(fixture)
            for step in Self.steps {
                let store = try await fixture.open(.forTests { if $0 == step { throw LinuxError(.ioError, "go on") } })
                let error = await failure { try await store.activate(1) }
                #expect(error?.code == .failed)
                #expect(error?.message.contains("go on") == true)
                try await expectWhole(fixture, states, isNew: false)
            }
        }
    }

    @Test func `a journal that can't be read is left alone, and nothing is made live`() async throws {
        try await ActivationPlace.tmpfs.withStore { fixture in
            _ = try await fixture.open(.forTests()).create()
            try await shell("echo '{' > \(fixture.snapshots)/.activations.json")
            let store = try await fixture.open(.forTests())
            let error = await failure { try await store.activate(1) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("\(fixture.snapshots)/.activations.json") == true)
            #expect(try await store.create() == 2)
            try await store.delete(1)
            #expect(try await shell("cat \(fixture.snapshots)/.activations.json") == "{\n")
        }
    }
}
