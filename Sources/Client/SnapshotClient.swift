public import BackupModel
public import DBus

/// Calls `tech.noreya.Snapshot1`; one method for each of the contract's.
///
/// Every method throws `BackupError`: the service's own errors with their code and sentence, and those of the bus with a
/// sentence that says what to do.
public struct SnapshotClient: Sendable {
    private let object: RemoteObject

    /// Creates a client on `connection`.
    ///
    /// - Parameters:
    ///   - allowsInteraction: whether the service may wait for a person who is asked for a password.
    ///   - onChallenge: called where a password would have to be asked for and there is nobody to ask for it; says whether
    ///     there is by now, and the call to be repeated. A call that was refused so has done nothing.
    public init(
        connection: Connection,
        allowsInteraction: Bool = false,
        onChallenge: (@Sendable () async -> Bool)? = nil
    ) {
        object = RemoteObject(
            connection: connection,
            name: ServiceNames.snapshot,
            path: ServiceNames.snapshotPath,
            allowsInteraction: allowsInteraction,
            onChallenge: onChallenge
        )
    }

    /// Takes a snapshot of the sources of kind *system* and/or *data*, and returns its id.
    public func create(system: Bool, data: Bool, description: String) async throws(BackupError) -> SnapshotID {
        let reply = try await object.tell("Create", [.bool(system), .bool(data), .string(description)])
        guard let id: SnapshotID = reply.first?.integer() else {
            throw PropertyReader.mismatch(object.source("Create"), "an id was expected", found: reply.first)
        }
        return id
    }

    /// Makes the state of the snapshot `id` the live one, and returns the id of a snapshot of the state before; activating
    /// that goes back.
    public func activate(_ id: SnapshotID) async throws(BackupError) -> SnapshotID {
        let reply = try await object.tell("Activate", [.uint32(id)])
        guard let undo: SnapshotID = reply.first?.integer() else {
            throw PropertyReader.mismatch(object.source("Activate"), "an id was expected", found: reply.first)
        }
        return undo
    }

    /// Deletes the snapshot `id`, not the export made of it.
    public func delete(_ id: SnapshotID) async throws(BackupError) {
        try await object.tell("Delete", [.uint32(id)])
    }

    /// All snapshots.
    public func list() async throws(BackupError) -> [SnapshotSummary] {
        try await object.list("GetList", SnapshotSummary.init)
    }

    /// What the service does with snapshots now.
    public func status() async throws(BackupError) -> SnapshotStatus {
        try SnapshotStatus(PropertyReader(await object.ask("Status"), from: object.source("Status")))
    }

    /// The ids of snapshots as they are created; the stream ends when the bus goes.
    public func created() async throws(BackupError) -> AsyncStream<SnapshotID> {
        try await object.signals("Created") { $0.first?.integer() }
    }

    /// The ids of snapshots as they are deleted; the stream ends when the bus goes.
    public func deleted() async throws(BackupError) -> AsyncStream<SnapshotID> {
        try await object.signals("Deleted") { $0.first?.integer() }
    }

    /// The snapshots as they are made live, each with that of the state before; the stream ends when the bus goes.
    public func activated() async throws(BackupError) -> AsyncStream<(id: SnapshotID, undo: SnapshotID)> {
        try await object.signals("Activated") { arguments in
            guard let id: SnapshotID = arguments.first?.integer(), let undo: SnapshotID = arguments.last?.integer(),
                arguments.count == 2
            else { return nil }
            return (id, undo)
        }
    }
}
