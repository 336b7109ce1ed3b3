import BackupModel
import Client
import Linux

/// A verification that this command starts, follows and reports on.
struct VerifyJob: Sendable {
    private struct Document: Encodable {
        let id: SnapshotID
        let result: String
        var error = ""
        var errorName = ""
    }

    let id: SnapshotID
    let console: Console
    let isJSON: Bool

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ client: BackupClient, _ password: Secret) async throws {
        do {
            try await console.untilSignal { try await client.verify(id, password: password) }
        } catch let interruption as Interruption {
            console.note("Whether the verification has started is not known; `nexus-backup backup status` tells.")
            throw interruption
        }
    }

    /// Says that it runs.
    func reportStart() throws {
        guard !isJSON else { return try console.print(json: Document(id: id, result: "running")) }
        try console.print(
            "The verification of backup \(id) has started; `nexus-backup backup status` tells how far it is."
        )
    }

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
        switch end.lastResult {
        case .done: try reportDone()
        case .cancelled: try reportFailure(.cancelled, "The verification of backup \(id) was cancelled.", "cancelled")
        case .failed, nil: try reportFailure(end.lastErrorCode ?? .failed, end.lastError, "failed")
        }
    }

    private func reportInterruption() throws {
        console.note(
            "The verification of backup \(id) goes on. `nexus-backup backup status` tells how far it is; "
                + "`nexus-backup backup cancel` cancels it."
        )
        if isJSON { try console.print(json: Document(id: id, result: "running")) }
    }

    private func reportDone() throws {
        guard !isJSON else { return try console.print(json: Document(id: id, result: "done")) }
        try console.print("Backup \(id) is intact: every file in it is as it was written.")
    }

    private func reportFailure(_ code: BackupError.Code, _ sentence: String, _ result: String) throws {
        if isJSON {
            try console.print(json: Document(id: id, result: result, error: sentence, errorName: code.busName))
        }
        throw BackupError(code, sentence)
    }
}
