import BackupModel
import Client
import Linux

extension Console {
    /// Shows the progress of the job on `id` up to its end, and returns the status that tells of it.
    ///
    /// - Parameter showsLines: Whether lines tell of it where there is no terminal.
    /// - Throws: `Interruption` where a signal ended the waiting.
    func watch(_ id: SnapshotID, _ client: BackupClient, showsLines: Bool) async throws -> ExportStatus {
        let display = ProgressDisplay(self, fallback: showsLines ? .lines : .nothing)
        do {
            let end = try await untilSignal { try await Self.watch(id, client, display) }
            await display.finish()
            return end
        } catch {
            await display.finish()
            throw error
        }
    }

    private static func watch(
        _ id: SnapshotID,
        _ client: BackupClient,
        _ display: ProgressDisplay
    ) async throws -> ExportStatus {
        let redrawing = Task {
            for await _ in SignalWatch([Signals.windowChange]).signals() { await display.redraw() }
        }
        defer { redrawing.cancel() }
        var last = ExportStatus()
        for try await status in client.waitForExport(id) {
            last = status
            if status.id == id { await display.show(status) }
        }
        try Task.checkCancellation()
        return last
    }
}
