import BackupModel
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct SnapshotStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a snapshot holds one tree for each source and tells what it is`(kind: StoreKind) async throws {
        try await withStore(kind) { fixture in
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: true, description: "näme\n2", kind: .manual)
            #expect(id == 1)
            try await shell("echo changed > \(fixture.root)/system/file")
            let text = try await shell("cat \(fixture.snapshots)/1/{system,data}/file")
            #expect(text == "system\ndata\n")
            let summary = try #require(try await store.list().first)
            #expect(summary.description == "näme\n2")
            #expect(summary.system && summary.data)
            #expect(summary.path == fixture.snapshots.appending("1").string)
            #expect(summary.isReadOnly == (kind == .btrfs))
            #expect(summary.isAtomic == (kind == .btrfs))
            #expect(summary.leftOut == [])
            #expect(try fixture.names() == [".next-id", "1"])
        }
    }

    @Test func `only the sources of the kinds asked for are taken`() async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open()
            _ = try await store.create(system: false, data: true, description: "", kind: .plan)
            let summary = try #require(try await store.list().first)
            #expect(!summary.system && summary.data)
            #expect(summary.kind == .plan)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: summary.path).sorted() == ["data", "snapshot.json"]
            )
        }
    }

    @Test(arguments: [
        (false, false, "", "Neither"), (true, true, String(repeating: "ä", count: 2049), "4098"),
    ])
    func `what can't be meant is refused`(system: Bool, data: Bool, description: String, message: String) async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open()
            let error = await #expect(throws: BackupError.self) {
                try await store.create(system: system, data: data, description: description, kind: .manual)
            }
            #expect(error?.code == .invalidArgs)
            #expect(error?.message.contains(message) == true)
            #expect(try fixture.names() == [])
        }
    }

    @Test func `a kind of which no source is configured is refused`() async throws {
        try await withStore(.clone) { fixture in
            let store = try await StoreFixture(root: fixture.root, sources: [fixture.sources[0]]).open()
            let error = await #expect(throws: BackupError.self) {
                try await store.create(system: true, data: true, description: "", kind: .manual)
            }
            #expect(error?.code == .invalidArgs)
            #expect(error?.message.contains("kind data") == true)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `ids are counted up, also after the highest is deleted and the store opened again`(kind: StoreKind)
        async throws
    {
        try await withStore(kind) { fixture in
            var store = try await fixture.open()
            for expected in 1...3 as ClosedRange<SnapshotID> {
                #expect(try await store.create(system: true, data: false, description: "", kind: .manual) == expected)
            }
            try await store.delete(3)
            store = try await fixture.open()
            #expect(try await store.create(system: true, data: false, description: "", kind: .manual) == 4)
            try await shell("rm \(fixture.snapshots)/.next-id; mkdir \(fixture.snapshots)/.9.partial")
            store = try await fixture.open()
            #expect(try await store.create(system: true, data: false, description: "", kind: .manual) == 10)
            store = try await fixture.open(lowestNextID: 40)
            #expect(try await store.create(system: true, data: false, description: "", kind: .manual) == 40)
        }
    }

    @Test func `when the ids are used up there is an error and no number a second time`() async throws {
        try await withStore(.clone) { fixture in
            var store = try await fixture.open(lowestNextID: .max)
            #expect(try await store.create(system: true, data: false, description: "", kind: .manual) == .max)
            for _ in 0..<2 {
                let error = await #expect(throws: BackupError.self) {
                    try await store.create(system: true, data: false, description: "", kind: .manual)
                }
                #expect(error?.code == .limitsExceeded)
                store = try await fixture.open()
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a deleted snapshot is gone, and one that is not there is not found`(kind: StoreKind) async throws {
        try await withStore(kind) { fixture in
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: true, description: "", kind: .manual)
            try await store.delete(id)
            #expect(try await store.list() == [])
            #expect(try fixture.names() == [".next-id"])
            for id in [id, 0, .max] {
                let error = await #expect(throws: BackupError.self) { try await store.delete(id) }
                #expect(error?.code == .notFound)
            }
        }
    }

    @Test func `a leased snapshot is not deleted until the last lease is released`() async throws {
        try await withStore(.clone) { fixture in
            let store = try await fixture.open()
            let id = try await store.create(system: true, data: true, description: "x", kind: .manual)
            let first = try await store.lease(id)
            let second = try await store.lease(id)
            #expect(first.trees.map(\.name) == ["system", "data"])
            #expect(first.trees.map(\.path) == ["system", "data"].map { fixture.snapshots.appending("1/\($0)") })
            #expect(first.record.description == "x")
            first.release()
            first.release()
            let error = await #expect(throws: BackupError.self) { try await store.delete(id) }
            #expect(error?.code == .inUse)
            second.release()
            try await store.delete(id)
            let missing = await #expect(throws: BackupError.self) { try await store.lease(id) }
            #expect(missing?.code == .notFound)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `creating and deleting at the same time from many tasks ends with what was not deleted`(
        kind: StoreKind
    ) async throws {
        try await withStore(kind) { fixture in
            let store = try await fixture.open()
            let ids = try await withThrowingTaskGroup(of: SnapshotID.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.create(system: true, data: true, description: "", kind: .manual) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ids.sorted() == Array(1...20))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids where id.isMultiple(of: 2) { group.addTask { try await store.delete(id) } }
                try await group.waitForAll()
            }
            #expect(try await store.list().map(\.id) == Array(stride(from: 1, to: 20, by: 2)))
            #expect(await store.status() == SnapshotStatus())
        }
    }

    @Test func `names and types that are no snapshot's are neither listed nor touched`() async throws {
        try await withStore(.clone) { fixture in
            var store = try await fixture.open()
            _ = try await store.create(system: true, data: false, description: "", kind: .manual)
            try await shell(
                """
                cd \(fixture.snapshots); mkdir 2 3 03 x; ln -s 1 4; echo > 5; ln -s /dev/zero 2/snapshot.json
                head -c 2000000 /dev/zero > 3/snapshot.json; cp -r 1 6; mkfifo 7; mkdir 8; mkfifo 8/snapshot.json
                mkdir 9; sed 's/"name" : "system"/"name" : ".."/; s/"id" : 1/"id" : 9/' 1/snapshot.json > 9/snapshot.json
                """
            )
            let before = try fixture.names()
            store = try await fixture.open()
            #expect(try await store.list().map(\.id) == [1])
            #expect(try fixture.names() == before)
            for id in 2...9 as ClosedRange<SnapshotID> {
                let error = await #expect(throws: BackupError.self) { try await store.lease(id) }
                #expect([.notFound, .corrupt].contains(error?.code))
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what a crash left of making or deleting a snapshot goes at the next start`(kind: StoreKind) async throws {
        try await withStore(kind) { fixture in
            var store = try await fixture.open()
            for _ in 1...3 { _ = try await store.create(system: true, data: true, description: "", kind: .manual) }
            try await shell(
                """
                cd \(fixture.snapshots); mv 1 .1.partial; rm .1.partial/snapshot.json; mv 2 .2.deleting; mkdir .7.partial
                touch .3.partial
                """
            )
            store = try await fixture.open()
            #expect(try await store.list().map(\.id) == [3])
            #expect(try fixture.names().filter { $0 != ".3.partial" } == [".next-id", "3"])
        }
    }

    @Test func `a snapshot for which there is no room leaves nothing`() async throws {
        try await withStore(.clone) { fixture in
            try await shell("head -c 6000000 /dev/urandom > \(fixture.root)/data/noise; mkdir \(fixture.snapshots)")
            try await shell("mount -t tmpfs -o size=3m nexus-test \(fixture.snapshots)")
            do {
                let store = try await fixture.open()
                let error = await #expect(throws: BackupError.self) {
                    try await store.create(system: true, data: true, description: "", kind: .manual)
                }
                #expect(error?.code == .noSpace)
                #expect(error?.message.contains("noise") == true, "\(error?.message ?? "")")
                #expect(try fixture.names() == [".next-id"])
                try await shell("umount \(fixture.snapshots)")
            } catch {
                try await shell("umount \(fixture.snapshots)")
                throw error
            }
        }
    }

    @Test func `a source that has gone is named, and nothing is left`() async throws {
        try await withStore(.btrfs) { fixture in
            let store = try await fixture.open()
            try await shell("btrfs -q subvolume delete \(fixture.root)/data")
            let error = await #expect(throws: BackupError.self) {
                try await store.create(system: true, data: true, description: "", kind: .manual)
            }
            #expect(error?.message.contains("source data") == true)
            #expect(try fixture.names() == [".next-id"])
            #expect(try await shell("btrfs subvolume list \(fixture.root) | wc -l") == "1\n")
        }
    }
}
