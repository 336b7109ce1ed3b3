import BackupModel
import Client

/// A job that runs already, which this command follows and reports on.
struct FollowedJob: Sendable {
    let running: RunningJob

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient) async throws {
        try report(await running.end(client))
    }

    /// Reports on a job that has ended.
    func report(_ end: ExportStatus) throws {
        let name = "The \(running.name)"
        switch end.lastResult {
        case .done where running.isJSON: try running.results.print(json: JobDocument(id: running.id, result: "done"))
        case .done: try running.results.print("\(name) is complete.")
        case .cancelled: try running.fail(BackupError(.cancelled, "\(name) was cancelled."), "cancelled")
        case .failed, nil:
            try running.fail(BackupError(end.lastErrorCode ?? .failed, "\(name) failed: \(end.lastError)"), "failed")
        }
    }
}
