import BackupModel
import Synchronization

/// Waits for one export to end, by signals and by asking.
struct ExportWait: Sendable {
    let client: BackupClient
    let id: SnapshotID
    let interval: Duration
    let patience: Duration
    /// How long a service that has gone is given to come back by itself, before it is started by being asked.
    var grace: Duration = .seconds(10)

    /// Calls `report` with each status up to the one that tells the end.
    func run(_ report: @escaping @Sendable (ExportStatus) -> Void) async throws {
        let end = SignalledEnd()
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Signals only make it quicker: without them, asking is enough.
        let finished = try? await client.finished()
        let progress = try? await client.progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in finished ?? .finished where event.id == id {
                    end.event.withLock { $0 = event }
                    wake.yield()
                }
            }
            group.addTask {
                for await event in progress ?? .finished where event.id == id { wake.yield() }
            }
            group.addTask {
                while !Task.isCancelled {
                    wake.yield()
                    try await Task.sleep(for: interval)
                }
            }
            defer { group.cancelAll() }
            var lost: ContinuousClock.Instant?
            var started: UInt64 = 0
            for await _ in wakes {
                guard let status = try await status(lostSince: &lost) else {
                    // A service that is stopped says how its job ended, and is not started again to repeat that.
                    guard let signalled = end.event.withLock({ $0 }) else { continue }
                    return report(Self.status(signalled))
                }
                guard status.id == id else {
                    return report(try await outcome(status, signalled: end.event.withLock { $0 }, started: started))
                }
                started = status.started
                report(status)
            }
        }
    }

    /// Asks for the status; nil while the service is away, for which there is patience.
    private func status(lostSince lost: inout ContinuousClock.Instant?) async throws(BackupError) -> ExportStatus? {
        do throws(BackupError) {
            let isOverdue = lost.map { ContinuousClock.now - $0 >= grace } ?? false
            let status = try await client.status(startingService: isOverdue)
            lost = nil
            return status
        } catch  where error.isServiceGone {
            let since = lost ?? .now
            lost = since
            guard ContinuousClock.now - since < patience, !Task.isCancelled else { throw error }
            return nil
        }
    }

    /// The status that tells the end, from what is known once the service shows another job or none.
    private func outcome(
        _ status: ExportStatus,
        signalled: BackupClient.FinishedEvent?,
        started: UInt64
    ) async throws(BackupError) -> ExportStatus {
        if status.lastID == id, status.lastResult != nil { return status }
        if let signalled { return Self.status(signalled, status) }
        // Another job has ended since; a file as young as this job can only be there if it was completed.
        let exports = try await client.list()
        guard exports.contains(where: { $0.id == id && $0.created >= started }) else {
            throw BackupError(
                .failed,
                "How the backup of snapshot \(id) ended is not known any more, and there is no new file of it; "
                    + "see `journalctl -u nexus-backupd`."
            )
        }
        return Self.status(BackupClient.FinishedEvent(id: id, result: .done, error: ""), status)
    }

    /// What `status` says of other jobs, with the end of this one.
    private static func status(
        _ end: BackupClient.FinishedEvent,
        _ status: ExportStatus = ExportStatus()
    ) -> ExportStatus {
        var status = status
        status.lastID = end.id
        status.lastResult = end.result
        status.lastError = end.error
        return status
    }
}

/// The end that was signalled, once it was.
private final class SignalledEnd: Sendable {
    let event = Mutex<BackupClient.FinishedEvent?>(nil)
}

extension AsyncStream {
    /// A stream that has ended.
    fileprivate static var finished: AsyncStream {
        AsyncStream { $0.finish() }
    }
}
