import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import Logging
import SystemPackage
import Workers

/// The steps of one export, from the snapshot to the file in its place.
struct ExportJob: Sendable {
    let subject: ExportSubject
    let output: ExportOutput
    let configuration: ExporterConfiguration
    let store: ExportStore
    let logger: Logger

    var id: SnapshotID { subject.label.id }

    /// Notes that the job runs and opens what it writes to; what fails here fails the call that started it.
    func prepare() async throws -> SharedDescriptor {
        try await blocking { [self] in
            do {
                return try openTarget()
            } catch let error as LinuxError {
                store.unmark()
                throw BackupError(
                    storage: error,
                    "The export of snapshot \(id) can't be written to \(store.directory): \(error.errno)."
                )
            }
        }
    }

    private func openTarget() throws -> SharedDescriptor {
        if case .descriptor(let descriptor) = output, try !descriptor.isWritable() {
            throw BackupError(.invalidArgs, "The file descriptor is not open for writing; pass one that is.")
        }
        try store.mark(JobMark(id: id, started: secondsSince1970()))
        return switch output {
        case .descriptor(let descriptor): descriptor
        case .store: try store.createPartial(id)
        }
    }

    /// Runs the worker and puts what it wrote in its place.
    func run(
        _ options: ExportOptions,
        to target: SharedDescriptor,
        report: @escaping @Sendable (WorkerProgress) async -> Void,
        finishing: @Sendable () async -> Void
    ) async throws {
        let result = try await work(options, to: target, report: report)
        try Task.checkCancellation()
        await finishing()
        guard case .store(let reader) = output else { return }
        try await blocking { [self] in try publish(target, result, readableBy: reader) }
    }

    private func work(
        _ options: ExportOptions,
        to target: SharedDescriptor,
        report: @escaping @Sendable (WorkerProgress) async -> Void
    ) async throws -> WorkerResult {
        let entrySpool = try entrySpool(of: target)
        let home = try GPGHome.make(in: configuration.runtimeDirectory, logger: logger)
        do {
            let worker = WorkerProcess(executable: configuration.worker, logger: logger)
            let result = try await worker.run(
                request(options, home: home, entrySpool: entrySpool),
                password: options.password,
                output: target,
                report: report
            )
            await home.remove()
            return result
        } catch {
            await home.remove()
            throw error
        }
    }

    /// Removes the note that the job runs, and what it has left under hidden names.
    func cleanUp() async {
        try? await blocking { [self] in
            if case .store = output { store.discardPartial(id) }
            store.unmark()
        }
    }

    /// Where the worker keeps what the index is made from; there is none of an export that is not kept here.
    private func entrySpool(of target: SharedDescriptor) throws(LinuxError) -> FilePath? {
        guard case .store = output, configuration.indexer != nil else { return nil }
        return store.entries(id, inode: try target.status().inode)
    }

    private func request(_ options: ExportOptions, home: GPGHome, entrySpool: FilePath?) -> ExportRequest {
        ExportRequest(
            id: id,
            sources: subject.trees,
            label: subject.label,
            hasPassword: options.password != nil,
            recipients: options.recipients,
            compression: options.compression ?? configuration.compression,
            maxRate: options.maxRate ?? configuration.maxRate,
            ioPriority: configuration.ioPriority,
            gpgHome: home.path.string,
            spoolDirectory: configuration.spoolDirectory.string,
            entrySpool: entrySpool?.string
        )
    }

    private func publish(_ target: SharedDescriptor, _ result: WorkerResult, readableBy reader: UInt32) throws {
        do {
            let status = try target.status()
            guard status.size == result.byteCount, result.byteCount > 0 else {
                throw BackupError(
                    .failed,
                    "The export of snapshot \(id) has \(status.size) bytes on disk where \(result.byteCount) were written; "
                        + "check the disk under \(store.directory) and start it again."
                )
            }
            try grantReading(of: target, to: reader, owner: status.userID)
            try store.publish(target, record(result, status))
        } catch let error as LinuxError {
            throw BackupError(
                storage: error,
                "The export of snapshot \(id) could not be completed in \(store.directory): \(error.errno)."
            )
        }
    }

    /// A filesystem without ACLs keeps no export from being made; it is then root's alone.
    private func grantReading(of target: SharedDescriptor, to reader: UInt32, owner: UInt32) throws(LinuxError) {
        guard reader != owner else { return }
        do {
            try target.duplicate().grantReading(to: reader)
        } catch {
            guard error.errno == .notSupported else { throw error }
            logger.warning("\(store.directory) has no ACLs, so only root can read the export of snapshot \(id).")
        }
    }

    private func record(_ result: WorkerResult, _ status: FileStatus) -> ExportRecord {
        ExportRecord(
            id: id,
            description: subject.label.description,
            snapshotCreated: subject.label.created,
            created: secondsSince1970(),
            size: result.byteCount,
            sha256: result.sha256,
            entryCount: result.entryCount,
            leftOut: subject.label.leftOut + result.leftOut,
            leftOutCount: UInt64(subject.label.leftOut.count) + result.leftOutCount,
            inode: status.inode
        )
    }
}
