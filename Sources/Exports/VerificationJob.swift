import BackupModel
import ExportProtocol
import Linux
import Logging
import SystemPackage
import Workers

/// The steps of one verification, from the export's file to the note in its record.
struct VerificationJob: Sendable {
    let id: SnapshotID
    let password: Secret
    let configuration: ExporterConfiguration
    let store: ExportStore
    let logger: Logger

    /// Notes that the job runs and looks for the export; what fails here fails the call that started it.
    func prepare() async throws -> ExportRecord? {
        try await blocking { [self] in
            do {
                let record = try store.recordToVerify(id)
                try store.mark(JobMark(id: id, started: secondsSince1970(), work: .verification))
                return record
            } catch let error as LinuxError {
                store.unmark()
                throw BackupError(
                    storage: error,
                    "The export of snapshot \(id) can't be looked at in \(store.directory): \(error.errno)."
                )
            }
        }
    }

    /// Runs the worker, and notes what came of it.
    func run(
        _ record: ExportRecord?,
        report: @escaping @Sendable (WorkerProgress) async -> Void
    ) async throws {
        do {
            try await work(record, report)
            try Task.checkCancellation()
        } catch let error as BackupError where error.code == .corrupt {
            await forgetVerification(record)
            throw error
        }
        guard let record else {
            return logger.warning(
                "The export of snapshot \(id) has no record, so that it can't be kept that it was verified."
            )
        }
        try await note(record, at: secondsSince1970())
    }

    private func work(_ record: ExportRecord?, _ report: @escaping @Sendable (WorkerProgress) async -> Void)
        async throws
    {
        let home = try GPGHome.make(in: configuration.runtimeDirectory, logger: logger)
        do {
            let worker = WorkerProcess(executable: configuration.restorer, work: "verification", logger: logger)
            _ = try await worker.run(request(record, home: home), password: password, output: nil, report: report)
            await home.remove()
        } catch {
            await home.remove()
            throw error
        }
    }

    private func request(_ record: ExportRecord?, home: GPGHome) -> RestoreRequest {
        RestoreRequest(
            operation: .verify,
            id: id,
            path: store.path(of: id).bytes,
            record: record.map { .init(size: $0.size, sha256: $0.sha256, entryCount: $0.entryCount) },
            ioPriority: configuration.ioPriority,
            gpgHome: home.path.string,
            spoolDirectory: store.directory.string
        )
    }

    /// What was intact before is no longer noted as such.
    private func forgetVerification(_ record: ExportRecord?) async {
        guard let record, record.verified != nil else { return }
        do {
            try await note(record, at: nil)
        } catch {
            logger.error(
                "The export of snapshot \(id) is corrupt, but Backup1.GetList goes on calling it verified, as its record can't be changed.",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func note(_ record: ExportRecord, at time: UInt64?) async throws {
        try await blocking { [self] in
            do {
                try store.noteVerification(id, of: record, at: time)
            } catch let error as LinuxError {
                throw BackupError(
                    storage: error,
                    "What the verification of the export of snapshot \(id) found could not be noted in \(store.directory): "
                        + "\(error.errno)."
                )
            }
        }
    }
}
