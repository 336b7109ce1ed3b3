package import BackupModel
package import ExportProtocol
import Linux
import Synchronization

/// The end of the job, and so of the process: brought about by whichever thread first has a reason.
///
/// Threads may be blocked anywhere, in a full pipe or a slow disk: the end of the process is what releases them.
package struct JobEnd: Sendable {
    private static let isNear = Atomic(false)
    package let events = EventLine()

    package init() {}

    /// Ends the job as failed, and tells what had been restored by then.
    package func fail(_ error: BackupError, _ restoration: RestorationResult? = nil) -> Never {
        claim(status: 1)
        restorePriority()
        endChildren()
        var failure = WorkerFailure(code: error.code, message: error.message)
        failure.restoration = restoration
        events.failed(failure)
        endProcess(status: 1)
    }

    /// Ends the job as done.
    package func succeed(_ result: WorkerResult) -> Never {
        claim(status: 1)
        endChildren()
        endProcess(status: events.done(result) ? 0 : 1)
    }

    /// Returns to the first thread that calls it; the others see to it that its end does not take for ever.
    private func claim(status: Int32) {
        guard Self.isNear.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pause(for: .seconds(6))
        endProcess(status: status)
    }

    /// Ends gpg, and its agent, which is given the chance to remove its sockets.
    private func endChildren() {
        ChildProcesses.endAll(patience: .milliseconds(150)) { ChildProcesses.programName(of: $0) == "gpg-agent" }
    }
}
