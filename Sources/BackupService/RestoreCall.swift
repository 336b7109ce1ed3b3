import BackupModel
import DBus
import ExportProtocol
import Exports
import Linux
import Snapshots
import SystemPackage

/// One call of `Restore`: where it is read from and where it goes, found out and held in place.
struct RestoreCall: Sendable {
    let snapshots: SnapshotStore
    let exporter: Exporter
    let id: SnapshotID
    let paths: [[UInt8]]
    let target: [UInt8]
    let options: RestoreOptions

    /// Starts the job.
    func start() async throws {
        try RestorationOrder.validate(paths)
        let target = try chosenTarget()
        let lease = try await lease()
        do {
            let origin = try await origin(lease)
            try await start(origin, chosen(of: target, lease), lease)
        } catch {
            lease?.release()
            throw error
        }
    }

    private func start(
        _ origin: RestorationOrder.Origin,
        _ target: RestorationOrder.Target,
        _ lease: SnapshotLease?
    ) async throws {
        var isHeld = false
        if case .originalPlaces = target, !options.isDryRun {
            try await snapshots.beginRestoring()
            isHeld = true
        }
        let order = RestorationOrder(
            id: id,
            paths: paths,
            origin: origin,
            target: target,
            overwrite: options.overwrite,
            isDryRun: options.isDryRun,
            report: options.report,
            release: { [snapshots, isHeld] in
                lease?.release()
                if isHeld { await snapshots.endRestoring() }
            }
        )
        do {
            try await exporter.restore(order)
        } catch {
            if isHeld { await snapshots.endRestoring() }
            throw error
        }
    }

    private func chosenTarget() throws(BackupError) -> RestorationOrder.Target {
        if let opened = options.target {
            guard target.isEmpty else {
                throw BackupError(
                    .invalidArgs,
                    "Both a target and the option \"target-fd\" were given; pass one of them."
                )
            }
            try refuseBeside()
            return .opened(opened)
        }
        guard target.isEmpty else {
            guard !target.contains(0) else {
                throw BackupError(.invalidArgs, "The target \"\(printable(target))\" holds a NUL; pass a path without.")
            }
            try refuseBeside()
            return .directory(FilePath(bytes: target))
        }
        let trees = snapshots.configuredSources.map { Restoration.Tree(name: $0.name, path: $0.path.bytes) }
        return .originalPlaces(trees, isBeside: options.beside ?? !options.overwrite)
    }

    private func refuseBeside() throws(BackupError) {
        guard options.beside == nil else {
            throw BackupError(
                .invalidArgs,
                "The option \"beside\" is about the original places; leave it out, or the target."
            )
        }
    }

    /// The hold on the snapshot, where that is to be read; nil where the export is.
    private func lease() async throws -> SnapshotLease? {
        guard options.origin != .export else { return nil }
        do {
            return try await snapshots.lease(id)
        } catch let error as BackupError where options.origin == .auto {
            // One that is damaged or being deleted is no reason not to read the export.
            guard try await hasExport() else {
                guard error.code == .notFound else { throw error }
                throw BackupError(
                    .notFound,
                    "There is neither a snapshot \(id) nor an export of one; Snapshot1.GetList and Backup1.GetList tell which "
                        + "there are."
                )
            }
            return nil
        }
    }

    private func hasExport() async throws -> Bool {
        try await exporter.list().contains { $0.id == id }
    }

    private func origin(_ lease: SnapshotLease?) async throws -> RestorationOrder.Origin {
        if let lease {
            return .snapshot(lease.trees.map { Restoration.Tree(name: $0.name, path: $0.path.bytes) })
        }
        if let password = options.password { return .export(password) }
        // What isn't there needs no password.
        _ = try await exporter.openFinished(id)
        let reason = options.origin == .auto ? "Snapshot \(id) is gone, and its export" : "The export of snapshot \(id)"
        throw BackupError(
            .invalidArgs,
            "\(reason) opens with its password alone; pass it as \"password\" or \"password-fd\"."
        )
    }

    /// The target with those sources only that something is restored of, as far as that is known: of an export, the worker
    /// finds out which it holds.
    /// - Throws: `BackupError` with `invalidArgs` where one is not configured any more.
    private func chosen(
        of target: RestorationOrder.Target,
        _ lease: SnapshotLease?
    ) throws(BackupError) -> RestorationOrder.Target {
        guard case .originalPlaces(let trees, let isBeside) = target else { return target }
        let selected = paths.compactMap { $0.split(separator: UInt8(ascii: "/")).first.map { Array($0) } }
        guard let wanted = paths.isEmpty ? lease?.trees.map({ Array($0.name.utf8) }) : selected else { return target }
        let known = trees.map { Array($0.name.utf8) }
        if let unknown = wanted.first(where: { !known.contains($0) }) {
            throw BackupError(
                .invalidArgs,
                "No source \(printable(unknown)) is configured, so that it has no original place; pass a target directory."
            )
        }
        return .originalPlaces(trees.filter { wanted.contains(Array($0.name.utf8)) }, isBeside: isBeside)
    }
}
