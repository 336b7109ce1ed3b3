public import BackupModel

extension BackupClient {
    /// Follows the export of the snapshot `id`, which was started before, to its end.
    ///
    /// The stream gives the status every `interval`, and at once when the service signals something. Its last element is
    /// of the time after the end: `lastID` is `id`, and `lastResult` says how it ended. The service may be restarted
    /// meanwhile: it is waited for as long as `patience`, and then tells that the export failed. Ending the iteration, or
    /// cancelling its task, leaves the export alone.
    /// - Throws: in iteration, `BackupError`: `failed` when the service does not come back or does not know any more how
    ///   the export ended; what `Status` throws.
    public func waitForExport(
        _ id: SnapshotID,
        every interval: Duration = .milliseconds(500),
        patience: Duration = .seconds(60)
    ) -> AsyncThrowingStream<ExportStatus, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: ExportStatus.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let wait = ExportWait(client: self, id: id, interval: interval, patience: patience)
        let task = Task {
            do {
                try await wait.run { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
