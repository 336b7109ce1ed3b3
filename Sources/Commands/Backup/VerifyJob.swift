import BackupModel
import Client
import Linux

/// A verification that this command starts, follows and reports on.
struct VerifyJob: Sendable {
    let running: RunningJob

    init(id: SnapshotID, console: Console, isJSON: Bool) {
        running = RunningJob(id: id, name: "verification of backup \(id)", console: console, isJSON: isJSON)
    }

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ client: BackupClient, _ password: Secret) async throws {
        try await running.start { [id = running.id] in try await client.verify(id, password: password) }
    }

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient) async throws {
        let end = try await running.end(client)
        switch end.lastResult {
        case .done where running.isJSON: try running.results.print(json: JobDocument(id: running.id, result: "done"))
        case .done: try running.results.print("Backup \(running.id) is intact: every file in it is as it was written.")
        case .cancelled: try running.fail(BackupError(.cancelled, "The \(running.name) was cancelled."), "cancelled")
        case .failed, nil: try running.fail(BackupError(end.lastErrorCode ?? .failed, end.lastError), "failed")
        }
    }
}
