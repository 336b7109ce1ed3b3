import BackupModel
import Client
import Documents
import ExportProtocol
import Linux

/// A restoration that this command starts, follows and reports on.
struct RestoreJob: Sendable {
    let id: SnapshotID
    let console: Console
    let isJSON: Bool
    /// The directory that relative targets are relative to; nil for the original places.
    let directory: [UInt8]?

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ client: BackupClient, _ paths: [[UInt8]], _ options: BackupClient.RestoreOptions) async throws {
        do {
            try await console.untilSignal { try await client.restore(id, paths: paths, options: options) }
        } catch let interruption as Interruption {
            console.note("Whether the restoration has started is not known; `nexus-backup backup status` tells.")
            throw interruption
        }
    }

    /// Starts a dry run, and shows or returns what it reports.
    func list(
        _ client: BackupClient,
        _ paths: [[UInt8]],
        _ options: BackupClient.RestoreOptions
    ) async throws -> [RestorationNote] {
        let report = try await start(client, paths, reporting: options)
        let changes = ChangeList(console: console, isKept: isJSON)
        return try await console.untilSignal { try await changes.read(report) }
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

    /// Says that it runs.
    func reportStart() throws {
        guard !isJSON else { return try console.print(json: RestoreDocument(id: id, result: "running")) }
        try console.print(
            "The restoration of backup \(id) has started; `nexus-backup backup status` tells how far it is."
        )
    }

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient, changes: [RestorationNote]?) async throws {
        let end: ExportStatus
        do {
            end = try await console.watch(id, client, showsLines: !isJSON)
        } catch {
            if error is Interruption { try reportInterruption() }
            throw error
        }
        switch end.lastResult {
        case .done: try reportDone(end.lastRestored ?? RestoreSummary(), changes)
        case .cancelled:
            let error = BackupError(
                .cancelled,
                "The restoration of backup \(id) was cancelled; what was restored until then stays."
            )
            try reportFailure(error, end, "cancelled")
        case .failed, nil: try reportFailure(BackupError(end.lastErrorCode ?? .failed, end.lastError), end, "failed")
        }
    }

    /// Says that it goes on though nobody waits.
    func reportInterruption() throws {
        console.note(
            "The restoration of backup \(id) goes on. `nexus-backup backup status` tells how far it is; "
                + "`nexus-backup backup cancel` cancels it."
        )
        if isJSON { try console.print(json: RestoreDocument(id: id, result: "running")) }
    }

    private func reportDone(_ summary: RestoreSummary, _ changes: [RestorationNote]?) throws {
        try RestoreReport(subject: "Backup \(id)", id: id, console: console, isJSON: isJSON, directory: directory)
            .done(summary, changes)
    }

    private func reportFailure(_ error: BackupError, _ end: ExportStatus, _ result: String) throws {
        if isJSON {
            var document = RestoreDocument(id: id, result: result, error: error)
            document.restored = end.lastRestored.map { RestoredDocument($0, below: directory) }
            try console.print(json: document)
        }
        throw error
    }
}
