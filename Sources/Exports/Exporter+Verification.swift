public import BackupModel
public import Linux
import Logging

extension Exporter {
    /// Starts reading the export of `id` back with `password`, comparing it with its manifest and its record, and returns once
    /// it runs; it is a job like an export, and ``status()`` tells of it until it has ended.
    /// - Throws: `BackupError` with `busy` while another job runs, `notFound` or `failed`.
    public func verify(_ id: SnapshotID, password: Secret) async throws {
        try checkIsFree(for: .verification)
        let job = VerificationJob(
            id: id,
            password: password,
            configuration: configuration,
            store: store,
            logger: logger
        )
        begin(id)
        let preparation = Task { try await job.prepare() }
        let task = Task { await perform(job, preparation) }
        current = Job(id: id, work: .verification, task: task)
        do {
            _ = try await preparation.value
        } catch {
            _ = await task.value
            throw error
        }
    }

    private func perform(
        _ job: VerificationJob,
        _ preparation: Task<ExportRecord?, any Error>
    ) async -> ExportStatus.Result? {
        let record: ExportRecord?
        do {
            record = try await preparation.value
        } catch {
            conclude()
            return nil
        }
        await findScheduler()
        logger.info("The verification of the export of snapshot \(job.id) starts.")
        let failure: BackupError?
        do {
            try await job.run(record) { await self.report($0, phase: "verifying") }
            failure = nil
        } catch {
            failure = Task.isCancelled ? BackupError(.cancelled, "") : BackupError(verifying: job.id, error)
        }
        try? await blocking { [store] in store.unmark() }
        return conclude(job.id, .verification, failure)
    }
}

extension BackupError {
    /// Why the verification of the export of `id` ended, in the engine's terms.
    fileprivate init(verifying id: SnapshotID, _ error: any Error) {
        if let error = error as? BackupError {
            self = error
        } else {
            self.init(
                .failed,
                "The export of snapshot \(id) could not be verified; the service's log tells more.",
                cause: error
            )
        }
    }
}
