import BackupModel
import Client

/// A job that runs already, which this command follows and reports on.
struct FollowedJob: Sendable {
    let job: RunningJob

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient) async throws {
        try report(await job.end(client))
    }

    /// Reports on a job that has ended.
    func report(_ end: ExportStatus) throws {
        let name = "The \(job.name)"
        switch end.lastResult {
        case .done where job.isJSON: try job.results.print(json: JobDocument(id: job.id, result: "done"))
        case .done: try job.results.print("\(name) is complete.")
        case .cancelled: try job.fail(BackupError(.cancelled, "\(name) was cancelled."), "cancelled")
        case .failed, nil:
            try job.fail(BackupError(end.lastErrorCode ?? .failed, "\(name) failed: \(end.lastError)"), "failed")
        }
    }
}
