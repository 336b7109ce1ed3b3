import BackupModel
import ExportProtocol
import ExportWorker
import Synchronization

/// The end of the job and of the process, before which what has a hidden name is removed.
final class Closing: Sendable {
    private struct Restored {
        let staging: Staging
        let account: RestorationAccount
    }

    private let end: JobEnd
    private let work: RestoreRequest.Operation
    private let restored = Mutex<Restored?>(nil)

    init(_ end: JobEnd, _ work: RestoreRequest.Operation) {
        self.end = end
        self.work = work
    }

    var events: EventLine { end.events }

    /// From now on something may be restored.
    func watch(_ staging: Staging, _ account: RestorationAccount) {
        restored.withLock { $0 = Restored(staging: staging, account: account) }
    }

    /// Ends the job as cancelled.
    func cancel() -> Never {
        end(with: BackupError(.cancelled, "The \(work == .verify ? "verification" : "restoration") was cancelled."))
    }

    /// Ends the job as failed.
    func fail(_ error: any Error) -> Never {
        let error =
            error as? BackupError
            ?? BackupError(
                .failed,
                "The \(work == .verify ? "verification" : "restoration") failed (\(error)).",
                cause: error
            )
        // Whoever reads the report may be slow; who cancels does not wait for that.
        restored.withLock { $0 }?.account.flush()
        end(with: error)
    }

    private func end(with error: BackupError) -> Never {
        guard let restored = restored.withLock({ $0 }) else { end.fail(error) }
        return restored.staging.end { end.fail(error, restored.account.result) }
    }

    /// Ends the job as done.
    func succeed(_ result: WorkerResult) -> Never {
        end.succeed(result)
    }
}
