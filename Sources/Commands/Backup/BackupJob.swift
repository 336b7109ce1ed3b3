import BackupModel
import Client
import Linux

/// A backup that this command starts, follows and reports on.
struct BackupJob: Sendable {
    private struct Document: Encodable, Sendable {
        let id: SnapshotID
        let result: String
        var error = ""
        var errorName = ""
        var path = ""
        var size: UInt64 = 0
        var sha256 = ""
    }

    let running: RunningJob
    /// Whether the tar inside is compressed; nil where the service's configuration decides.
    let isCompressed: Bool?

    init(id: SnapshotID, console: Console, isJSON: Bool, isCompressed: Bool?) {
        running = RunningJob(
            id: id,
            name: "backup of snapshot \(id)",
            console: console,
            isJSON: isJSON,
            document: Document(id: id, result: "running")
        )
        self.isCompressed = isCompressed
    }

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ client: BackupClient, _ settings: BackupClient.Options) async throws {
        try await running.start { [id = running.id] in try await client.create(id, options: settings) }
    }

    /// Waits for its end and reports on it.
    ///
    /// - Throws: `BackupError` where it failed or was cancelled; `Interruption` where a signal ended the waiting.
    func follow(_ client: BackupClient) async throws {
        let end = try await running.end(client)
        switch end.lastResult {
        case .done:
            // Whoever may make a backup need not be allowed to list them; it is there all the same.
            let exports = try? await running.console.untilSignal { try await client.list() }
            try reportDone(exports?.first { $0.id == running.id })
        case .cancelled: try fail(BackupError(.cancelled, "The \(running.name) was cancelled."), "cancelled")
        case .failed, nil:
            let sentence = "The \(running.name) failed: \(end.lastError)"
            try fail(BackupError(end.lastErrorCode ?? .failed, sentence), "failed")
        }
    }

    private func fail(_ error: BackupError, _ result: String) throws {
        let document = Document(id: running.id, result: result, error: error.message, errorName: error.code.busName)
        try running.fail(error, document: document)
    }

    private func reportDone(_ export: ExportSummary?) throws {
        guard !running.isJSON else {
            return try running.results.print(
                json: Document(
                    id: running.id,
                    result: "done",
                    path: export?.path ?? "",
                    size: export?.size ?? 0,
                    sha256: export?.sha256 ?? ""
                )
            )
        }
        guard let export else { return try running.results.print("The \(running.name) is complete.") }
        let opening = OpeningCommand(path: export.path, isCompressed: isCompressed)
        try running.results.print(
            """
            The \(running.name) is complete.
              File:   \(export.path.escapedForTerminal)
              Size:   \(Size.text(export.size)) (\(export.size) bytes)
              Open:   \(opening.text)
            """
        )
        if let hint = opening.hint { try running.results.print("          \(hint)") }
    }
}
