import BackupModel
import FoundationEssentials
import Logging
import SystemPackage
import TestSupport

@testable import Snapshots

extension ActivationEnvironment {
    /// A machine that mounts nothing and has no kernels.
    static func forTests(reached: @escaping @Sendable (Step) throws -> Void = { _ in }) -> ActivationEnvironment {
        ActivationEnvironment(
            mountFile: "/nonexistent",
            commandLineFile: "/nonexistent",
            bootDirectory: "/nonexistent",
            kernelRelease: "",
            reached: reached
        )
    }
}

extension StoreFixture {
    /// A store on a machine that is as `environment` says.
    func open(_ environment: ActivationEnvironment) async throws -> SnapshotStore {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let directory = SnapshotDirectory(path: snapshots, excluding: [snapshots] + excluding, logger: logger)
        return try await SnapshotStore.open(directory, sources, lowestNextID: 1, environment)
    }

    /// Everything that is in the live trees.
    func describeLive() async throws -> [String] {
        var result: [String] = []
        for source in sources { result += try await describeTree(source.path) }
        return result
    }

    /// Everything that is in the trees of the snapshot `id`.
    func describe(_ id: SnapshotID) async throws -> [String] {
        var result: [String] = []
        for source in sources { result += try await describeTree(tree(id, source.name)) }
        return result
    }

    /// The hidden names beside the live trees and in the directory of snapshots, besides that of the counter.
    func leftovers() throws -> [String] {
        let beside = Set(sources.map { $0.path.removingLastComponent() }).flatMap { directory in
            (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
        }
        return try (beside + names()).filter { $0.hasPrefix(".") && $0 != ".next-id" }.sorted()
    }
}

/// Where activations are tested.
enum ActivationPlace: String, CaseIterable, Sendable {
    /// Subvolumes, and the same with the source mounted elsewhere too.
    case btrfs, mounted
    /// Copies in subvolumes; in directories of other filesystems.
    case copiedSubvolume, host, xfs, tmpfs

    var isBtrfs: Bool { [.btrfs, .mounted, .copiedSubvolume].contains(self) }

    /// Runs `body` with a store over the sources `system` and `data`.
    func withStore<Result>(_ body: (StoreFixture) async throws -> Result) async throws -> Result {
        switch self {
        case .btrfs, .mounted, .copiedSubvolume:
            try await SnapshotsTests.withStore(.btrfs) { fixture in
                var fixture = fixture
                if self == .copiedSubvolume {
                    for index in fixture.sources.indices { fixture.sources[index].driver = .clone }
                }
                if self == .mounted {
                    try await shell(
                        """
                        cd \(fixture.root); mkdir shown
                        mount -o subvol=system $(findmnt -no SOURCE \(fixture.root)) shown
                        """
                    )
                }
                return try await body(fixture)
            }
        case .host: try await SnapshotsTests.withStore(.clone, body)
        case .xfs: try await withMount("truncate -s 400M fs; mkfs.xfs -q fs; mount -o loop fs", body)
        case .tmpfs: try await withMount("mount -t tmpfs nexus-test", body)
        }
    }

    private func withMount<Result>(
        _ mount: String,
        _ body: (StoreFixture) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("root")
            try await shell(
                "cd \(directory); mkdir root; \(mount) root; for i in system data; do mkdir root/$i; echo $i > root/$i/file; done"
            )
            let sources = [
                SnapshotSource(name: "system", path: root.appending("system"), kind: .system),
                SnapshotSource(name: "data", path: root.appending("data"), kind: .data),
            ]
            do {
                let result = try await body(StoreFixture(root: root, sources: sources))
                try await shell("umount \(root)")
                return result
            } catch {
                try await shell("umount -l \(root)")
                throw error
            }
        }
    }
}
