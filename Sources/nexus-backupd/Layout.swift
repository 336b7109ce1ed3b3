import ArgumentParser
import Configuration
import ExportProtocol
import Exports
import Linux
import Snapshots
import SystemPackage

/// Where everything is: the configuration as found, and what follows from it.
struct Layout {
    /// What the path of a runtime directory may have at most, so that the sockets below it fit into `sun_path`; unix(7).
    private static let maximumRuntimePathLength = 64

    let configuration: Configuration
    private let runtimeDirectory: FilePath
    private let worker: FilePath
    private let indexer: FilePath

    init(config: FilePath?, root: FilePath?) throws {
        let root = try root.map { try absolutePath($0) }
        if let config {
            configuration = try Configuration.load(from: absolutePath(config), root: root)
        } else {
            configuration = try Configuration.loadDefault(root: root)
        }
        runtimeDirectory = root?.appending("run") ?? "/run/nexus-backup"
        guard runtimeDirectory.string.utf8.count <= Self.maximumRuntimePathLength else {
            throw ValidationError(
                "The path of \(runtimeDirectory) is longer than \(Self.maximumRuntimePathLength) bytes; "
                    + "choose a directory with a shorter path for --root."
            )
        }
        worker = try executableDirectory().appending("nexus-export")
        indexer = try executableDirectory().appending("nexus-index")
    }

    /// What must never be in a snapshot or an export: where snapshots and exports are kept, and where gpg's homes are.
    var ownDirectories: [FilePath] {
        [configuration.storage.snapshots, configuration.storage.backups, runtimeDirectory]
    }

    var exporter: ExporterConfiguration {
        ExporterConfiguration(
            directory: configuration.storage.backups,
            runtimeDirectory: runtimeDirectory,
            spoolDirectory: configuration.storage.snapshots,
            worker: worker,
            indexer: configuration.export.index ? indexer : nil,
            compression: configuration.export.compression == .zstd ? .zstd : .none,
            ioPriority: configuration.export.ioPriority == .idle ? .idle : .bestEffort,
            maxRate: configuration.export.maxRate,
            excludes: Dictionary(
                configuration.sources.map { source in
                    let excludes = ExportExcludes(
                        patterns: source.exclude,
                        caches: source.excludeCaches,
                        marked: source.excludeMarked
                    )
                    return (source.name, excludes)
                }
            ) { first, _ in first }
        )
    }

    var snapshotSources: [SnapshotSource] {
        configuration.sources.map { source in
            SnapshotSource(
                name: source.name,
                path: source.path,
                kind: source.kind == .system ? .system : .data,
                driver: driver(source.driver),
                isRecursive: source.recursive
            )
        }
    }

    private func driver(_ driver: Configuration.Source.Driver) -> SnapshotSource.Driver {
        switch driver {
        case .auto: .automatic
        case .btrfs: .btrfs
        case .clone: .clone
        }
    }
}
