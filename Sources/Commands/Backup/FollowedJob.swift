import BackupModel
import Client

/// A job that runs already, which this command follows and reports on.
struct FollowedJob: Sendable {
    let id: SnapshotID
    /// What the job is, to begin a sentence, such as `The export of snapshot 7`.
    let name: String
    let console: Console
    let isJSON: Bool
    /// Where results go: the output, or the errors of a command whose output is the data itself.
    let results: Console

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient) async throws {
        let end: ExportStatus
        do {
            end = try await console.watch(id, client, showsLines: !isJSON)
        } catch {
            if error is Interruption { try reportInterruption() }
            throw error
        }
        try report(end)
    }

    /// Reports on a job that has ended.
    func report(_ end: ExportStatus) throws {
        switch end.lastResult {
        case .done where isJSON: try results.print(json: JobDocument(id: id, result: "done"))
        case .done: try results.print("\(name) is complete.")
        case .cancelled: try fail(BackupError(.cancelled, "\(name) was cancelled."), "cancelled")
        case .failed, nil:
            try fail(BackupError(end.lastErrorCode ?? .failed, "\(name) failed: \(end.lastError)"), "failed")
        }
    }

    private func reportInterruption() throws {
        console.note(
            "\(name) goes on. `nexus-backup backup status` tells how far it is; `nexus-backup backup cancel` cancels it."
        )
        if isJSON { try results.print(json: JobDocument(id: id, result: "running")) }
    }

    private func fail(_ error: BackupError, _ result: String) throws {
        guard isJSON else { throw error }
        let document = JobDocument(id: id, result: result, error: error.message, errorName: error.code.busName)
        try results.print(json: document)
        // The errors hold the document, and nothing else.
        if results.output == console.errors { throw ReportedFailure(exitStatus: error.code.exitStatus) }
        throw error
    }
}
