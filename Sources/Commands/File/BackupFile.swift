import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import Logging
import SystemPackage
import Workers

/// A file made by `backup create`, or a tar that something else has encrypted, wherever it came from, that is read here: by this
/// user, without the service and its bus.
struct BackupFile: Sendable {
    /// Where gpg's sockets still have room in their paths; see unix(7).
    private static let maximumDirectoryLength = 60
    private static let program = "nexus-restore"

    /// An absolute path.
    let path: FilePath

    /// Finds the file at `path`.
    /// - Throws: `BackupError` with `notFound` or `invalidArgs`.
    init(_ path: String) throws {
        self.path = try absolutePath(FilePath(path))
        do throws(LinuxError) {
            let status = try Descriptor.open(self.path, [.readOnly, .nonBlocking]).status()
            guard status.kind == .regular else {
                throw LinuxError(.invalidArgument, "open what is no regular file")
            }
        } catch {
            let code: BackupError.Code = error.errno == .noSuchFileOrDirectory ? .notFound : .invalidArgs
            throw BackupError(code, "The file \(path.escapedForTerminal) can't be read: \(error.errno).", cause: error)
        }
    }

    /// Compares the file with its manifest, if it has one.
    func verify(_ password: Secret, _ display: FileDisplay) async throws -> WorkerResult {
        try await run(password, display) { home in
            request(.verify, home, spool: Self.largeTemporaryDirectory)
        }
    }

    /// Restores what `restoration` says.
    ///
    /// - Parameter spool: A directory with room for a line for each file.
    func restore(
        _ restoration: Restoration,
        _ password: Secret,
        _ display: FileDisplay,
        spool: FilePath
    ) async throws -> WorkerResult {
        try await run(password, display) { home in
            var request = request(.restore, home, spool: restoration.isDryRun ? Self.largeTemporaryDirectory : spool)
            request.restoration = restoration
            return request
        }
    }

    /// What is to be said of a file without a manifest, as a sentence.
    static func remark(on file: String) -> String {
        "\(file.escapedForTerminal) was not made by nexus-backup and has no manifest: that it is as it was encrypted is all that "
            + "is known of it."
    }

    private func request(_ operation: RestoreRequest.Operation, _ home: FilePath, spool: FilePath) -> RestoreRequest {
        RestoreRequest(
            operation: operation,
            id: 0,
            path: path.bytes,
            record: nil,
            acceptsAnyArchive: true,
            ioPriority: .bestEffort,
            gpgHome: home.string,
            spoolDirectory: spool.string
        )
    }

    /// Runs the worker in a directory for its gpg, which is gone when this returns, also after a signal.
    private func run(
        _ password: Secret,
        _ display: FileDisplay,
        _ request: (FilePath) -> RestoreRequest
    ) async throws -> WorkerResult {
        let worker = try Self.worker()
        let logger = Logger(label: "nexus-backup") { _ in SwiftLogNoOpLogHandler() }
        let directory = try PrivateDirectory.make(in: Self.temporaryDirectory)
        let result: Result<WorkerResult, any Error>
        do {
            let home = try GPGHome.make(in: directory.path, logger: logger)
            result = await run(worker, request(home.path), password, display, logger)
            // A task of its own: a signal has cancelled this one.
            await Task { await home.remove() }.value
        } catch {
            result = .failure(error)
        }
        directory.remove()
        return try result.get()
    }

    private func run(
        _ worker: FilePath,
        _ request: RestoreRequest,
        _ password: Secret,
        _ display: FileDisplay,
        _ logger: Logger
    ) async -> Result<WorkerResult, any Error> {
        let work = request.operation == .verify ? "verification" : "restoration"
        do {
            let result = try await display.console.untilSignal {
                try await WorkerProcess(executable: worker, work: work, logger: logger).run(
                    request,
                    password: password,
                    output: nil
                ) { await display.report($0) }
            }
            await display.finish()
            return .success(result)
        } catch {
            await display.finish()
            return .failure(error)
        }
    }

    /// The worker: beside this program where both were built, otherwise where it is installed.
    private static func worker() throws -> FilePath {
        let here = try executableDirectory()
        let places = [here, here.removingLastComponent().appending("libexec/nexus-backup")].map {
            $0.appending(program)
        }
        guard let place = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.string) }) else {
            let names = places.map { $0.string.escapedForTerminal }.joined(separator: " nor ")
            throw BackupError(
                .failed,
                "The program that reads backups is neither \(names); install nexus-backup again."
            )
        }
        return place
    }

    /// For a few sockets.
    private static var temporaryDirectory: FilePath {
        let named = ProcessInfo.processInfo.environment["TMPDIR"].map { FilePath($0) }
        guard let named, named.isAbsolute, named.string.utf8.count <= maximumDirectoryLength else { return "/tmp" }
        return named
    }

    /// For a line for each file.
    private static var largeTemporaryDirectory: FilePath {
        let named = ProcessInfo.processInfo.environment["TMPDIR"].map { FilePath($0) }
        if let named, named.isAbsolute { return named }
        return FileManager.default.isWritableFile(atPath: "/var/tmp") ? "/var/tmp" : "/tmp"
    }
}
