import BackupModel
import Linux
import Logging

extension Exporter {
    /// Starts restoring what `order` says, and returns once it runs; it is a job like an export, and ``status()`` tells of it
    /// until it has ended, and what it has restored after that.
    ///
    /// What the order holds in place is released when the job has ended; when this throws, it is the caller's to release.
    /// - Throws: `BackupError` with `busy` while another job runs, `notFound`, `invalidArgs`, `limitsExceeded` or `failed`.
    public func restore(_ order: RestorationOrder) async throws {
        try checkIsFree(for: .restoration)
        let job = RestorationJob(order: order, configuration: configuration, store: store, logger: logger)
        begin(order.id)
        let preparation = Task { try await job.prepare() }
        let task = Task { await perform(job, preparation) }
        current = Job(id: order.id, work: .restoration, task: task)
        do {
            _ = try await preparation.value
        } catch {
            _ = await task.value
            throw error
        }
    }

    private func perform(
        _ job: RestorationJob,
        _ preparation: Task<RestorationJob.Preparation, any Error>
    ) async -> ExportStatus.Result? {
        let prepared: RestorationJob.Preparation
        do {
            prepared = try await preparation.value
        } catch {
            conclude()
            return nil
        }
        await findScheduler()
        logger.info("The restoration of backup \(job.order.id) starts.")
        let end = await job.run(prepared) { await self.report($0, phase: "restoring") }
        try? await blocking { [store] in store.unmark() }
        await job.order.release()
        let failure = Task.isCancelled && end.error != nil ? BackupError(.cancelled, "") : end.error
        return conclude(job.order.id, .restoration, failure, restored: end.summary)
    }
}
