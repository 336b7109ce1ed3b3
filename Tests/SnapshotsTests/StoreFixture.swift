import BackupModel
import FoundationEssentials
import Linux
import Logging
import Snapshots
import SystemPackage
import TestSupport

/// A store over the two sources `system` and `data` below a directory, as subvolumes or as plain directories.
struct StoreFixture: Sendable {
    let root: FilePath
    var sources: [SnapshotSource]
    /// Directories of the product besides that of the snapshots.
    var excluding: [FilePath] = []

    var snapshots: FilePath { root.appending("snapshots") }

    func open(lowestNextID: SnapshotID = 1) async throws -> SnapshotStore {
        try await SnapshotStore.open(
            directory: snapshots,
            sources: sources,
            excluding: [snapshots] + excluding,
            lowestNextID: lowestNextID,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// The tree of the source `name` in the snapshot `id`.
    func tree(_ id: SnapshotID, _ name: String = "system") -> FilePath {
        snapshots.appending("\(id)").appending(name)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: snapshots.string).sorted()
    }
}

extension SnapshotStore {
    func create(system: Bool = true, data: Bool = false) async throws -> SnapshotID {
        try await create(system: system, data: data, description: "", kind: .manual)
    }
}

enum StoreKind: String, CaseIterable, Sendable {
    case btrfs, clone
}

/// What `body` throws of the engine's errors.
func failure<Outcome>(of body: () async throws -> Outcome) async -> BackupError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? BackupError
    }
}

func withStore<Result>(_ kind: StoreKind, _ body: (StoreFixture) async throws -> Result) async throws -> Result {
    let make: (FilePath) async throws -> Result = { root in
        let command = kind == .btrfs ? "btrfs -q subvolume create" : "mkdir"
        try await shell("for i in system data; do \(command) \(root)/$i; echo $i > \(root)/$i/file; done")
        let sources = [
            SnapshotSource(name: "system", path: root.appending("system"), kind: .system),
            SnapshotSource(name: "data", path: root.appending("data"), kind: .data),
        ]
        return try await body(StoreFixture(root: root, sources: sources))
    }
    return switch kind {
    case .btrfs: try await withBtrfsImage(make)
    case .clone: try await withTemporaryDirectory(make)
    }
}
