import BackupModel
import Client
import Documents
import ExportProtocol
import Linux

/// A restoration that this command starts, follows and reports on.
struct RestoreJob: Sendable {
    let running: RunningJob
    /// The directory that relative targets are relative to; nil for the original places.
    let directory: [UInt8]?

    init(id: SnapshotID, console: Console, isJSON: Bool, directory: [UInt8]?) {
        running = RunningJob(
            id: id,
            name: "restoration of backup \(id)",
            console: console,
            isJSON: isJSON,
            document: RestoreDocument(id: id, result: "running")
        )
        self.directory = directory
    }

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ client: BackupClient, _ paths: [[UInt8]], _ options: BackupClient.RestoreOptions) async throws {
        try await running.start { [id = running.id] in try await client.restore(id, paths: paths, options: options) }
    }

    /// Starts a dry run, and shows or returns what it reports.
    func list(
        _ client: BackupClient,
        _ paths: [[UInt8]],
        _ options: BackupClient.RestoreOptions
    ) async throws -> [RestorationNote] {
        let report = try await start(client, paths, reporting: options)
        let changes = ChangeList(console: running.console, isKept: running.isJSON)
        return try await running.console.untilSignal { try await changes.read(report) }
    }

    /// Starts it with a pipe for the report, of which only the service keeps the end that is written to.
    private func start(
        _ client: BackupClient,
        _ paths: [[UInt8]],
        reporting options: BackupClient.RestoreOptions
    ) async throws -> SharedDescriptor {
        let pipe = try Pipe.make().ends()
        var options = options
        options.report = pipe.write
        try await start(client, paths, options)
        return pipe.read
    }

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient, changes: [RestorationNote]?) async throws {
        let end = try await running.end(client)
        switch end.lastResult {
        case .done: try reportDone(end.lastRestored ?? RestoreSummary(), changes)
        case .cancelled:
            let error = BackupError(
                .cancelled,
                "The \(running.name) was cancelled; what was restored until then stays."
            )
            try reportFailure(error, end, "cancelled")
        case .failed, nil: try reportFailure(BackupError(end.lastErrorCode ?? .failed, end.lastError), end, "failed")
        }
    }

    private func reportDone(_ summary: RestoreSummary, _ changes: [RestorationNote]?) throws {
        let report = RestoreReport(
            subject: "Backup \(running.id)",
            id: running.id,
            console: running.console,
            isJSON: running.isJSON,
            directory: directory
        )
        try report.done(summary, changes)
    }

    private func reportFailure(_ error: BackupError, _ end: ExportStatus, _ result: String) throws {
        var document = RestoreDocument(id: running.id, result: result, error: error)
        document.restored = end.lastRestored.map { RestoredDocument($0, below: directory) }
        try running.fail(error, document: document)
    }
}
