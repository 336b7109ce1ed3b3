public import BackupModel
public import DBus
public import Linux

/// Calls `tech.noreya.Backup1`; one method for each of the contract's.
///
/// Every method throws `BackupError`: the service's own errors with their code and sentence, and those of the bus with a
/// sentence that says what to do.
public struct BackupClient: Sendable {
    let object: RemoteObject

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
            name: ServiceNames.backup,
            path: ServiceNames.backupPath,
            allowsInteraction: allowsInteraction,
            onChallenge: onChallenge
        )
    }

    /// Starts the export of the snapshot `id`; the password travels in the message.
    public func create(_ id: SnapshotID, password: Secret) async throws(BackupError) {
        try await object.tell("Create", [.uint32(id), .secret(password)])
    }

    /// Starts the export of the snapshot `id`; the password travels through a pipe and is in no message.
    public func create(_ id: SnapshotID, options: Options) async throws(BackupError) {
        try await object.tell("CreateWithOptions", [.uint32(id), try options.value()])
    }

    /// Starts the export of the snapshot `id` into `output`, of which the service gets a duplicate.
    public func export(
        _ id: SnapshotID,
        to output: SharedDescriptor,
        options: Options
    ) async throws(BackupError) {
        try await object.tell("Export", [.uint32(id), .fileDescriptor(output), try options.value()])
    }

    /// Starts reading the export `id` back and comparing it with what was written; the password travels through a pipe.
    public func verify(_ id: SnapshotID, password: Secret) async throws(BackupError) {
        try await object.tell("Verify", [.uint32(id), try Options(password: password).value()])
    }

    /// Stops the running job, and returns when it is gone.
    public func cancel() async throws(BackupError) {
        try await object.tell("Cancel", [])
    }

    /// Deletes the file of the export `id`, not the snapshot.
    public func delete(_ id: SnapshotID) async throws(BackupError) {
        try await object.tell("Delete", [.uint32(id)])
    }

    /// The file of the export `id`, open for reading only and at its start.
    public func open(_ id: SnapshotID) async throws(BackupError) -> SharedDescriptor {
        let reply = try await object.tell("Open", [.uint32(id)])
        guard case .fileDescriptor(let file)? = reply.first else {
            let source = object.source("Open")
            throw PropertyReader.mismatch(source, "a file descriptor (h) was expected", found: reply.first)
        }
        return file
    }

    /// All exports that have a file.
    public func list() async throws(BackupError) -> [ExportSummary] {
        try await object.list("GetList", ExportSummary.init)
    }

    /// The job that runs, and how the last one ended.
    ///
    /// - Parameter startingService: whether the bus starts the service where it does not run; who asks again and again would
    ///   otherwise undo `systemctl stop`.
    public func status(startingService: Bool = true) async throws(BackupError) -> ExportStatus {
        let reply = try await object.ask("Status", startingService: startingService)
        return try ExportStatus(PropertyReader(reply, from: object.source("Status")))
    }
}
