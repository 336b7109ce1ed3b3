import BackupModel
public import DBus
public import Exports
public import Logging
public import ServiceLifecycle
public import Snapshots

/// The two objects on the bus, for as long as the daemon runs.
public struct BackupService: Service {
    private let connection: Connection
    private let snapshots: SnapshotStore
    private let exporter: Exporter
    private let logger: Logger

    /// Creates the service; it answers once ``run()`` is called.
    public init(connection: Connection, snapshots: SnapshotStore, exporter: Exporter, logger: Logger) {
        self.connection = connection
        self.snapshots = snapshots
        self.exporter = exporter
        self.logger = logger
    }

    /// Serves until the bus goes away or a graceful shutdown is asked for; a running export is then ended and its partial
    /// file removed.
    /// - Throws: `DBusError` when a bus name can't be had or the bus went away.
    public func run() async throws {
        await export()
        for name in [ServiceNames.snapshot, ServiceNames.backup] {
            try await connection.requestName(name)
        }
        logger.info("Serving \(ServiceNames.snapshot) and \(ServiceNames.backup).")
        let forwarding = Task { await forwardEvents() }
        await withGracefulShutdownHandler {
            await connection.untilClosed()
        } onGracefulShutdown: {
            Task {
                await exporter.shutDown()
                await connection.close()
            }
        }
        await exporter.shutDown()
        forwarding.cancel()
        guard Task.isShuttingDownGracefully else {
            throw DBusError.standard(
                "Disconnected",
                "The bus has gone; the service ends and is to be started again with it."
            )
        }
    }

    private func export() async {
        let authorizer = Authorizer(connection: connection, logger: logger)
        let connection = connection
        let logger = logger
        let objects = ServiceObject.all(snapshots: snapshots, exporter: exporter) { signal, arguments in
            await connection.tell(ServiceNames.snapshotPath, ServiceNames.snapshot, signal, arguments, logger: logger)
        }
        for object in objects {
            await connection.export([object.interface(authorizer: authorizer, logger: logger)], at: object.path)
        }
    }

    private func forwardEvents() async {
        for await event in exporter.events {
            let (signal, arguments): (String, [Value]) =
                switch event {
                case .progress(let id, let percent):
                    ("Progress", [.uint32(id), .uint32(percent)])
                case .finished(let id, let result, let error):
                    ("Finished", [.uint32(id), .string(result.rawValue), .string(error)])
                }
            await connection.tell(ServiceNames.backupPath, ServiceNames.backup, signal, arguments, logger: logger)
        }
    }
}

extension Connection {
    /// Emits a signal; one that can't go out is a line in the log, as what it tells has happened all the same.
    fileprivate func tell(_ path: String, _ interface: String, _ signal: String, _ arguments: [Value], logger: Logger) {
        do {
            try emit(path: path, interface: interface, member: signal, arguments)
        } catch {
            logger.warning("The signal \(signal) could not be sent.", metadata: ["error": "\(error)"])
        }
    }
}
