import BackupModel
import Client
import Linux

/// A backup that this command starts, follows and reports on.
struct BackupJob: Sendable {
    private struct Document: Encodable {
        let id: SnapshotID
        let result: String
        var error = ""
        var errorName = ""
        var path = ""
        var size: UInt64 = 0
        var sha256 = ""
    }

    let id: SnapshotID
    let console: Console
    let isJSON: Bool
    /// Whether the tar inside is compressed; nil where the service's configuration decides.
    let isCompressed: Bool?

    /// Starts it.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether the backup has started.
    func start(_ client: BackupClient, _ settings: BackupClient.Options) async throws {
        do {
            try await console.untilSignal { try await client.create(id, options: settings) }
        } catch let interruption as Interruption {
            console.note("Whether the backup has started is not known; `nexus-backup backup status` tells.")
            throw interruption
        }
    }

    /// Says that it runs.
    func reportStart() throws {
        guard !isJSON else { return try console.print(json: Document(id: id, result: "running")) }
        try console.print(
            "The backup of snapshot \(id) has started; `nexus-backup backup status` tells how far it is."
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
        try await report(end, client)
    }

    private func reportInterruption() throws {
        console.note(
            "The backup of snapshot \(id) goes on. `nexus-backup backup status` tells how far it is; "
                + "`nexus-backup backup cancel` cancels it."
        )
        if isJSON { try console.print(json: Document(id: id, result: "running")) }
    }

    private func report(_ end: ExportStatus, _ client: BackupClient) async throws {
        switch end.lastResult {
        case .done:
            // Whoever may make a backup need not be allowed to list them; it is there all the same.
            let exports = try? await console.untilSignal { try await client.list() }
            try reportDone(exports?.first { $0.id == id })
        case .cancelled:
            try reportFailure(.cancelled, "The backup of snapshot \(id) was cancelled.", "cancelled")
        case .failed, nil:
            let code = end.lastErrorCode ?? .failed
            try reportFailure(code, "The backup of snapshot \(id) failed: \(end.lastError)", "failed")
        }
    }

    private func reportFailure(_ code: BackupError.Code, _ sentence: String, _ result: String) throws {
        if isJSON {
            try console.print(json: Document(id: id, result: result, error: sentence, errorName: code.busName))
        }
        throw BackupError(code, sentence)
    }

    private func reportDone(_ export: ExportSummary?) throws {
        guard !isJSON else {
            return try console.print(
                json: Document(
                    id: id,
                    result: "done",
                    path: export?.path ?? "",
                    size: export?.size ?? 0,
                    sha256: export?.sha256 ?? ""
                )
            )
        }
        guard let export else { return try console.print("The backup of snapshot \(id) is complete.") }
        let opening = OpeningCommand(path: export.path, isCompressed: isCompressed)
        try console.print(
            """
            The backup of snapshot \(id) is complete.
              File:   \(export.path.escapedForTerminal)
              Size:   \(Size.text(export.size)) (\(export.size) bytes)
              Open:   \(opening.text)
            """
        )
        if let hint = opening.hint { try console.print("          \(hint)") }
    }
}
