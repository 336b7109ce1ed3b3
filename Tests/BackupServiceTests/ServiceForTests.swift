import Exports
import Logging
import Snapshots
import SystemPackage
import TestSupport

@testable import BackupService

/// The service's objects over an empty store.
func allObjects() async throws -> [ServiceObject] {
    try await withTemporaryDirectory { directory in
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let exporter = try await Exporter.open(
            ExporterConfiguration(
                directory: directory.appending("backups"),
                runtimeDirectory: directory.appending("run"),
                spoolDirectory: directory,
                worker: "/nonexistent"
            ),
            logger: logger
        )
        let snapshots = try await SnapshotStore.open(
            directory: directory.appending("snapshots"),
            sources: [],
            excluding: [],
            lowestNextID: 1,
            logger: logger
        )
        return ServiceObject.all(snapshots: snapshots, exporter: exporter) { _, _ in }
    }
}
