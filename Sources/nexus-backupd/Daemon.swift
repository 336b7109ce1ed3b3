import ArgumentParser
import BackupModel
import BackupService
import Configuration
import DBus
import Exports
import Linux
import Logging
import ServiceLifecycle
import Snapshots
import SystemPackage
import UnixSignals

/// The daemon's command line.
@main
struct Daemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexus-backupd",
        abstract: "Take snapshots and export them encrypted, for callers on the system bus.",
        discussion: """
            The service serves tech.noreya.Snapshot1 and tech.noreya.Backup1 until it is told to end by SIGTERM; a running \
            export is then ended and its partial file removed. Without options it serves the system bus and reads \
            /etc/nexus-backup/config.toml, where that file exists.
            """,
        version: Version.current
    )

    @Option(help: "Read the configuration from this file.")
    var config: String?

    @Flag(help: "Say whether the configuration is right, naming the line that is not, and end.")
    var checkConfig = false

    @Option(help: "Serve the bus at this D-Bus address instead of the system bus.")
    var address: String?

    @Option(help: "Look up every path of the configuration below this directory; needs no root.")
    var root: String?

    static func main() async {
        keepDispatchQuiet()
        await main(nil)
    }

    func run() async throws {
        hardenProcess()
        let layout = try Layout(config: config.map { FilePath($0) }, root: root.map { FilePath($0) })
        try layout.configuration.validateOnDisk()
        if checkConfig {
            print("The configuration is right.")
            return
        }
        try layout.checkStorage()
        let logger = Logger(label: "nexus-backupd") { StreamLogHandler.standardError(label: $0) }
        let exporter = try await Exporter.open(layout.exporter, logger: logger)
        let largestExport = try await exporter.largestID()
        let snapshots = try await SnapshotStore.open(
            directory: layout.configuration.storage.snapshots,
            sources: layout.snapshotSources,
            excluding: layout.ownDirectories,
            lowestNextID: largestExport == .max ? .max : largestExport + 1,
            logger: logger
        )
        let connection = try await Connection.open(address.map { BusAddress($0) } ?? .system)
        let service = BackupService(connection: connection, snapshots: snapshots, exporter: exporter, logger: logger)
        let group = ServiceGroup(
            services: [service],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }
}
