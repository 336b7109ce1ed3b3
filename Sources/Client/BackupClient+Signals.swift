public import BackupModel
import DBus

extension BackupClient {
    /// That a job has come further.
    public struct ProgressEvent: Sendable, Equatable {
        /// The snapshot being exported.
        public let id: SnapshotID
        /// Whole percent, 0 to 100.
        public let percent: UInt32
    }

    /// That a job has ended.
    public struct FinishedEvent: Sendable, Equatable {
        /// The snapshot that was being exported.
        public let id: SnapshotID
        /// How it ended.
        public let result: ExportStatus.Result
        /// Why it failed; empty when it did not.
        public let error: String
    }

    /// How far the job has come, at most four times a second; the stream ends when the bus goes.
    public func progress() async throws(BackupError) -> AsyncStream<ProgressEvent> {
        try await object.signals("Progress") { arguments in
            guard arguments.count >= 2, let id: SnapshotID = arguments[0].integer(),
                let percent: UInt32 = arguments[1].integer()
            else { return nil }
            return ProgressEvent(id: id, percent: percent)
        }
    }

    /// The jobs as they end; the stream ends when the bus goes.
    public func finished() async throws(BackupError) -> AsyncStream<FinishedEvent> {
        try await object.signals("Finished") { arguments in
            guard arguments.count >= 3, let id: SnapshotID = arguments[0].integer(),
                let result = arguments[1].string.flatMap(ExportStatus.Result.init), let error = arguments[2].string
            else { return nil }
            return FinishedEvent(id: id, result: result, error: error)
        }
    }
}
