import BackupModel
import DBus
import Exports
import Logging
import Snapshots

/// One object on the bus with its one interface.
struct ServiceObject: Sendable {
    let path: String
    /// The interface's name.
    let name: String
    /// The interface as XML, with its documentation.
    let introspection: String
    let methods: [ServiceMethod]

    func interface(authorizer: Authorizer, logger: Logger) -> ExportedInterface {
        ExportedInterface(
            name: name,
            methods: methods.map { $0.exported(interface: name, authorizer: authorizer, logger: logger) },
            introspection: introspection
        )
    }
}

extension ServiceObject {
    /// The objects of the service: all that it offers on the bus.
    ///
    /// - Parameter emitSnapshotSignal: Called with each signal of the snapshots' interface.
    static func all(
        snapshots: SnapshotStore,
        exporter: Exporter,
        emitSnapshotSignal: @escaping @Sendable (_ signal: String, _ arguments: [Value]) async -> Void
    ) -> [ServiceObject] {
        [
            ServiceObject(
                path: ServiceNames.snapshotPath,
                name: ServiceNames.snapshot,
                introspection: Introspection.snapshot,
                methods: SnapshotInterface(store: snapshots, emit: emitSnapshotSignal).methods
            ),
            ServiceObject(
                path: ServiceNames.backupPath,
                name: ServiceNames.backup,
                introspection: Introspection.backup,
                methods: BackupInterface(snapshots: snapshots, exporter: exporter).methods
            ),
        ]
    }
}
