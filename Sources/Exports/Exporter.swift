public import BackupModel
import ExportProtocol
import Glibc
public import Linux
public import Logging
import SystemPackage
import Workers

/// Makes, verifies and restores exports, one at a time, and keeps the finished ones.
public actor Exporter {
    /// What happens, for whoever passes it on; to be iterated once.
    public nonisolated let events: AsyncStream<ExportEvent>

    let configuration: ExporterConfiguration
    let store: ExportStore
    let logger: Logger
    let eventSource: AsyncStream<ExportEvent>.Continuation
    var current: Job?
    var present = ExportStatus()
    var meter = ProgressMeter()
    private var scheduler: String?
    private var freeByteCount: UInt64?
    private var isFindingSpace = false
    var isShutDown = false
    /// The indexes that are made, one after another.
    var indexing: [SnapshotID: Task<Void, Never>] = [:]
    var lastIndexing: Task<Void, Never>?

    /// The job that runs, and how it ended; nil when it could not be started.
    struct Job {
        let id: SnapshotID
        let work: Work
        let task: Task<ExportStatus.Result?, Never>
    }

    /// What a job does with the export of its snapshot.
    enum Work: String, Codable {
        case export
        case verification
        case restoration

        /// The job, for a sentence about `id`.
        func name(_ id: SnapshotID) -> String {
            switch self {
            case .export: "export of snapshot \(id)"
            case .verification: "verification of the export of snapshot \(id)"
            case .restoration: "restoration of backup \(id)"
            }
        }
    }

    /// Opens the directory of exports and clears away what an interrupted job left, which ``status()`` then tells of.
    /// - Throws: `BackupError` when a directory can't be made or read.
    public static func open(_ configuration: ExporterConfiguration, logger: Logger) async throws -> Exporter {
        let (store, interrupted) = try await blocking {
            try makeDirectories(configuration.runtimeDirectory, permissions: .ownerReadWriteExecute)
            let store = try ExportStore.open(
                configuration.directory,
                spoolDirectory: configuration.spoolDirectory,
                logger: logger
            )
            return (store, try store.recover())
        }
        await GPGHome.removeAll(in: configuration.runtimeDirectory, logger: logger)
        let exporter = Exporter(configuration: configuration, store: store, interrupted: interrupted, logger: logger)
        await exporter.findScheduler()
        await exporter.completeIndexes()
        return exporter
    }

    private init(configuration: ExporterConfiguration, store: ExportStore, interrupted: JobMark?, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        (events, eventSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
        if let interrupted {
            present.lastID = interrupted.id
            present.lastResult = .failed
            let name = (interrupted.work ?? .export).name(interrupted.id)
            present.lastError = "The service was ended in the middle of the \(name); start it again."
            present.lastErrorCode = .failed
        }
    }

    deinit {
        eventSource.finish()
    }

    /// The largest id of which there is an export; 0 when there is none.
    public func largestID() async throws -> SnapshotID {
        try await blocking { [store] in try store.largestID() }
    }

    /// The finished exports, by id; ``ExportSummary/snapshotExists`` is the caller's to fill in.
    public func list() async throws -> [ExportSummary] {
        try await blocking { [store] in try store.list() }
    }

    /// The finished export of `id`, open for reading only and at its start.
    /// - Throws: `BackupError` with `notFound`.
    public func openFinished(_ id: SnapshotID) async throws -> SharedDescriptor {
        try await blocking { [store] in try store.openFinished(id) }
    }

    /// Deletes the finished export of `id`.
    /// - Throws: `BackupError` with `notFound`.
    public func delete(_ id: SnapshotID) async throws {
        await stopIndexing(id)
        try await blocking { [store] in try store.delete(id) }
        logger.info("The export of snapshot \(id) is deleted.")
    }

    /// How far the running job is, and how the last one ended.
    public func status() async -> ExportStatus {
        await findSpace()
        var status = present
        status.ioScheduler = scheduler ?? ""
        status.freeByteCount = freeByteCount
        return status
    }

    /// Finds out how much room is left for exports. A file system that does not answer keeps only one caller waiting; the others
    /// are told what was known last.
    private func findSpace() async {
        guard !isFindingSpace else { return }
        isFindingSpace = true
        defer { isFindingSpace = false }
        let space = try? await blocking { [configuration] in try FilesystemSpace(under: configuration.directory) }
        freeByteCount = space?.freeByteCount
    }

    /// Finds out which I/O scheduler the disk has, which may change at any time; a line in the log when it is a new one.
    func findScheduler() async {
        let found = try? await blocking { [configuration] in ioScheduler(under: configuration.directory) }
        guard scheduler != found else { return }
        scheduler = found
        guard let found else { return }
        let effect =
            switch (configuration.ioPriority, found) {
            case (.idle, "bfq"): "exports have its idle class"
            case (.idle, _): "it knows no idle class, so exports make way for other programs by their pacing alone"
            case (.bestEffort, _): "and exports take their share of the disk, as io_priority says"
            }
        logger.notice("The disk under \(configuration.directory) has the I/O scheduler \(found): \(effect).")
    }

    /// Starts the export of `subject` and returns once it runs; ``status()`` then tells of it until it has ended.
    ///
    /// The subject is released when the job has ended; when this throws, it is the caller's to release.
    /// - Throws: `BackupError` with `busy` while another one runs, `noSpace`, `invalidArgs` or `failed`.
    public func start(_ subject: ExportSubject, options: ExportOptions, output: ExportOutput) async throws {
        try checkIsFree(for: .export)
        let job = ExportJob(
            subject: subject.excluding(configuration.excludes),
            output: output,
            configuration: configuration,
            store: store,
            logger: logger
        )
        begin(job.id)
        let preparation = Task { try await job.prepare() }
        let task = Task { await perform(job, options, preparation) }
        current = Job(id: job.id, work: .export, task: task)
        do {
            _ = try await preparation.value
        } catch {
            _ = await task.value
            throw error
        }
    }

    /// Refuses to start a job while another one runs, or the service ends.
    func checkIsFree(for work: Work) throws(BackupError) {
        guard !isShutDown else {
            throw BackupError(.failed, "The service is ending; start the \(work) again in a moment.")
        }
        guard let current else { return }
        throw BackupError(
            .busy,
            "The \(current.work.name(current.id)) is running; wait for it to end, or end it with Backup1.Cancel."
        )
    }

    /// Ends the running job and returns when it is gone, and what it has written with it.
    /// - Throws: `BackupError` with `notRunning`.
    public func cancel() async throws {
        guard let job = current else {
            throw BackupError(
                .notRunning,
                "No export, verification or restoration is running, so there is nothing to cancel."
            )
        }
        if await end(job) == .done {
            let remedy = job.work == .export ? "; delete it with Backup1.Delete" : ""
            throw BackupError(
                .notRunning,
                "The \(job.work.name(job.id)) was complete before it could be cancelled\(remedy)."
            )
        }
    }

    /// Ends the running job, if one runs, and starts no other.
    public func shutDown() async {
        isShutDown = true
        if let job = current { _ = await end(job) }
        for id in indexing.keys { await stopIndexing(id) }
    }

    private func end(_ job: Job) async -> ExportStatus.Result? {
        present.state = "cancelling"
        job.task.cancel()
        return await job.task.value
    }
}
