import BackupModel
import ExportProtocol
import Linux
import Logging
import SystemPackage
import Workers

/// The steps of one restoration, from the order to what was restored.
struct RestorationJob: Sendable {
    /// What was looked at before the job was taken on.
    struct Preparation: Sendable {
        let target: RestorationTarget
        let record: ExportRecord?
    }

    /// How it ended, and what it has restored by then.
    struct End: Sendable {
        var error: BackupError?
        var summary: RestoreSummary
    }

    let order: RestorationOrder
    let configuration: ExporterConfiguration
    let store: ExportStore
    let logger: Logger

    /// Notes that the job runs, and looks at what it needs; what fails here fails the call that started it.
    func prepare() async throws -> Preparation {
        try RestorationOrder.validate(order.paths)
        return try await blocking { [self] in
            do {
                if let report = order.report, try !report.isWritable() {
                    throw BackupError(.invalidArgs, "What the option \"report-fd\" passes is not open for writing.")
                }
                let target = try RestorationTarget(
                    order.target,
                    own: [configuration.directory, configuration.spoolDirectory, configuration.runtimeDirectory],
                    isWritten: !order.isDryRun
                )
                var record: ExportRecord?
                if case .export = order.origin { record = try store.recordToVerify(order.id) }
                try store.mark(JobMark(id: order.id, started: secondsSince1970(), work: .restoration))
                return Preparation(target: target, record: record)
            } catch let error as LinuxError {
                store.unmark()
                throw BackupError(
                    storage: error,
                    "Backup \(order.id) can't be looked at in \(store.directory): \(error.errno)."
                )
            }
        }
    }

    /// Runs the worker to its end.
    func run(_ prepared: Preparation, report: @escaping @Sendable (WorkerProgress) async -> Void) async -> End {
        do {
            let result = try await work(prepared, report)
            return End(summary: summary(result.restoration ?? RestorationResult(), prepared.target))
        } catch let error as BackupError {
            let part = error.partRestored ?? RestorationResult()
            return End(error: error.telling(part, isDryRun: order.isDryRun), summary: summary(part, prepared.target))
        } catch {
            let failure = BackupError(
                .failed,
                "Backup \(order.id) could not be restored; the service's log tells more.",
                cause: error
            )
            return End(error: failure, summary: summary(RestorationResult(), prepared.target))
        }
    }

    private func work(
        _ prepared: Preparation,
        _ report: @escaping @Sendable (WorkerProgress) async -> Void
    ) async throws -> WorkerResult {
        let worker = WorkerProcess(executable: configuration.restorer, work: "restoration", logger: logger)
        let files = (prepared.target.directory.map { [$0] } ?? []) + (order.report.map { [$0] } ?? [])
        guard case .export(let password) = order.origin else {
            return try await worker.run(
                request(prepared, home: nil),
                password: nil,
                output: nil,
                handing: files,
                report: report
            )
        }
        let home = try GPGHome.make(in: configuration.runtimeDirectory, logger: logger)
        do {
            let result = try await worker.run(
                request(prepared, home: home),
                password: password,
                output: nil,
                handing: files,
                report: report
            )
            await home.remove()
            return result
        } catch {
            await home.remove()
            throw error
        }
    }

    private func request(_ prepared: Preparation, home: GPGHome?) -> RestoreRequest {
        let origin: Restoration.Origin =
            switch order.origin {
            case .export: .export
            case .snapshot(let trees): .snapshot(trees)
            }
        let reportNumber = HandedDescriptors.firstNumber + (prepared.target.directory == nil ? 0 : 1)
        return RestoreRequest(
            operation: .restore,
            id: order.id,
            path: home == nil ? [] : store.path(of: order.id).bytes,
            record: prepared.record.map { .init(size: $0.size, sha256: $0.sha256, entryCount: $0.entryCount) },
            ioPriority: configuration.ioPriority,
            gpgHome: home?.path.string ?? "",
            spoolDirectory: configuration.spoolDirectory.string,
            restoration: Restoration(
                origin: origin,
                paths: order.paths,
                destination: prepared.target.destination,
                overwrite: order.overwrite,
                isDryRun: order.isDryRun,
                report: order.report == nil ? nil : reportNumber
            )
        )
    }

    private func summary(_ result: RestorationResult, _ target: RestorationTarget) -> RestoreSummary {
        var summary = RestoreSummary(result, below: target.path)
        summary.isDryRun = order.isDryRun
        if case .export = order.origin { summary.origin = "export" } else { summary.origin = "snapshot" }
        return summary
    }
}
