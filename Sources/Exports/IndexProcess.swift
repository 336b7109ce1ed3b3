import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import Logging
import Subprocess
import SystemPackage

/// One run of `nexus-index`, which makes the index of an export that is in its place.
struct IndexProcess: Sendable {
    private static let maximumReplyByteCount = 64 << 10
    private static let patience: Duration = .milliseconds(400)

    let executable: FilePath
    let store: ExportStore
    let logger: Logger

    /// Makes the index of `id`. What fails is a line in the log, and an export without an index; when the task is cancelled, what it is made
    /// from stays.
    func run(_ id: SnapshotID) async {
        var subject: IndexSubject?
        do {
            guard let request = try await blocking({ [store] in try store.indexRequest(id) }) else { return }
            subject = request.subject
            try await run(request)
            try await blocking { [store] in try store.publishIndex(of: request.subject) }
            logger.info("The export of snapshot \(id) has an index of its files.")
        } catch {
            let isCancelled = Task.isCancelled
            try? await blocking { [store, subject] in store.discardIndex(id, of: subject, keepingEntries: isCancelled) }
            guard !isCancelled else { return }
            logger.error(
                "The export of snapshot \(id) has no index of its files, as that could not be made.",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func run(_ request: IndexRequest) async throws {
        let input = try Pipe.make().ends()
        let line = try Array(JSONEncoder().encode(request)) + [UInt8(ascii: "\n")]
        let stdin = try input.read.duplicate().release()
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: Self.patience)]
        // The program stops at the end of its input: `input.write` is held until it has ended.
        let outcome = try await Subprocess.run(
            .path(executable),
            // What SQLite sorts in files are the names of a snapshot's files.
            environment: .custom([
                "PATH": "/usr/bin:/bin", "LC_CTYPE": "C.UTF-8", "SQLITE_TMPDIR": store.spoolDirectory.string,
            ]),
            platformOptions: options,
            input: .fileDescriptor(stdin, closeAfterSpawningProcess: true),
            output: .string(limit: Self.maximumReplyByteCount),
            error: .discarded
        ) { _ in
            try await blocking { try input.write.duplicate().write(line) }
        }
        try Task.checkCancellation()
        guard case .exited(0) = outcome.terminationStatus else {
            throw failure(outcome.standardOutput, outcome.terminationStatus)
        }
    }

    private func failure(_ reply: String?, _ status: TerminationStatus) -> BackupError {
        guard let reply, let failure = try? JSONDecoder().decode(WorkerFailure.self, from: Data(reply.utf8)) else {
            return BackupError(.failed, "The program that makes indexes ended with \(status) and gave no reason.")
        }
        return BackupError(failure.code, failure.message)
    }
}
