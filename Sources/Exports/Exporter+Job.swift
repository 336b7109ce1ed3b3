import BackupModel
import ExportProtocol
import Linux
import Logging
import Workers

/// The life of one job, as the status and the events tell it.
extension Exporter {
    func begin(_ id: SnapshotID) {
        meter = ProgressMeter()
        var status = ExportStatus()
        status.id = id
        status.state = "running"
        status.phase = "starting"
        status.started = secondsSince1970()
        status.lastID = present.lastID
        status.lastResult = present.lastResult
        status.lastError = present.lastError
        status.lastErrorCode = present.lastErrorCode
        status.lastRestored = present.lastRestored
        present = status
    }

    func perform(
        _ job: ExportJob,
        _ options: ExportOptions,
        _ preparation: Task<SharedDescriptor, any Error>
    ) async -> ExportStatus.Result? {
        guard let target = try? await preparation.value else {
            conclude()
            return nil
        }
        await findScheduler()
        logger.info("The export of snapshot \(job.id) starts.")
        let failure: BackupError?
        do {
            try await job.run(options, to: target) {
                await self.report($0, phase: $0.bytesTotal == nil ? "counting" : "exporting")
            } finishing: {
                await self.finish()
            }
            failure = nil
        } catch {
            failure = Task.isCancelled ? BackupError(.cancelled, "") : BackupError(ending: job.id, error)
        }
        await job.cleanUp()
        job.subject.release()
        if failure == nil, case .store = job.output {
            // That of an earlier export, which is gone.
            await stopIndexing(job.id)
            startIndexing(job.id)
        }
        return conclude(job.id, .export, failure)
    }

    func report(_ progress: WorkerProgress, phase: String) {
        meter.update(progress, at: .now)
        present.phase = phase
        present.bytesDone = progress.bytesDone
        present.filesDone = progress.filesDone
        present.bytesTotal = progress.bytesTotal ?? 0
        present.filesTotal = progress.filesTotal ?? 0
        present.progress = meter.percent
        present.rate = meter.rate
        present.secondsLeft = meter.secondsLeft
        present.isHoldingBack = !progress.holdingBackReason.isEmpty
        present.holdingBackReason = progress.holdingBackReason
        present.heldBackSeconds = progress.heldBackSeconds
        eventSource.yield(.progress(id: present.id, percent: present.progress))
    }

    private func finish() {
        present.phase = "finishing"
        present.isHoldingBack = false
        present.holdingBackReason = ""
    }

    func conclude(
        _ id: SnapshotID,
        _ work: Work,
        _ failure: BackupError?,
        restored: RestoreSummary? = nil
    ) -> ExportStatus.Result {
        let result: ExportStatus.Result =
            switch failure?.code {
            case nil: .done
            case .cancelled: .cancelled
            default: .failed
            }
        conclude()
        present.progress = result == .done ? 100 : 0
        present.lastID = id
        present.lastResult = result
        present.lastError = failure?.message ?? ""
        present.lastErrorCode = result == .failed ? failure?.code : nil
        present.lastRestored = restored
        switch result {
        case .done: logger.info("The \(work.name(id)) is done.")
        case .cancelled: logger.info("The \(work.name(id)) is cancelled.")
        case .failed:
            logger.error("The \(work.name(id)) failed.", metadata: ["error": "\(failure?.description ?? "")"])
        }
        eventSource.yield(.finished(id: id, result: result, error: present.lastError))
        return result
    }

    func conclude() {
        current = nil
        var status = ExportStatus()
        status.lastID = present.lastID
        status.lastResult = present.lastResult
        status.lastError = present.lastError
        status.lastErrorCode = present.lastErrorCode
        status.lastRestored = present.lastRestored
        present = status
    }
}

extension BackupError {
    /// Why the export of `id` ended, in the engine's terms.
    fileprivate init(ending id: SnapshotID, _ error: any Error) {
        if let error = error as? BackupError {
            self = error
        } else {
            self.init(
                .failed,
                "The export of snapshot \(id) could not be made; the service's log tells more.",
                cause: error
            )
        }
    }
}
