import BackupModel
package import ExportProtocol
import FoundationEssentials
package import Linux
package import Logging
import Subprocess
package import SystemPackage

/// One run of `nexus-export` or `nexus-restore`: the request and the password go in, what it reports comes out.
package struct WorkerProcess: Sendable {
    /// How long the worker may take to end by itself once it is told to, before it is killed.
    private static let patience: Duration = .milliseconds(400)
    private static let maximumLineLength = 1 << 20

    private let executable: FilePath
    /// What it makes, for messages.
    private let work: String
    private let logger: Logger

    package init(executable: FilePath, work: String = "export", logger: Logger) {
        self.executable = executable
        self.work = work
        self.logger = logger
    }

    /// Runs the worker to its end, which cancelling the task brings about within half a second.
    ///
    /// - Parameters:
    ///   - request: The job.
    ///   - password: What the worker needs beside it.
    ///   - output: Its standard output, as for the encrypted stream; nil for a worker that has none.
    ///   - handing: Open files that it gets, with the numbers from ``HandedDescriptors/firstNumber`` up.
    ///   - report: Called with each progress.
    /// - Returns: What the worker tells of the complete archive.
    /// - Throws: `BackupError` with the worker's own reason, with what it has restored by then, or `failed` with how it ended.
    package func run(
        _ request: some Encodable & Sendable,
        password: Secret?,
        output: SharedDescriptor?,
        handing: [SharedDescriptor] = [],
        report: @escaping @Sendable (WorkerProgress) async -> Void
    ) async throws -> WorkerResult {
        // The worker may end before it has read what it is told.
        ignoreBrokenPipes()
        let (stdin, input) = try Self.standardInput(handing)
        let inputLine = try Array(JSONEncoder().encode(request)) + [UInt8(ascii: "\n")]
        let target = try output ?? SharedDescriptor(Descriptor.open("/dev/null", .writeOnly))
        // The worker stops at the end of its input: `input` is held until it has ended.
        let outcome = try await Subprocess.run(
            .path(executable),
            environment: .custom(["PATH": "/usr/bin:/bin", "LC_CTYPE": "C.UTF-8"]),
            platformOptions: platformOptions,
            input: .fileDescriptor(stdin, closeAfterSpawningProcess: true),
            // A close that reports an error would end this process: the file is the caller's, and stays open.
            output: .fileDescriptor(target.file, closeAfterSpawningProcess: false),
            error: .sequence
        ) { execution in
            let writing = Task { try await blocking { try Self.write(inputLine, password, to: input) } }
            let last = try await lastEvent(of: execution.standardError, report: report)
            // A worker that ended before it had read its request has said why, or its exit status does.
            _ = try? await writing.value
            return last
        }
        return try result(of: outcome.closureResult, outcome.terminationStatus)
    }

    private var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: Self.patience)]
        return options
    }

    /// What the worker reads from, and the other end of it, which alone is held here: a worker that has ended reads no more.
    private static func standardInput(_ handing: [SharedDescriptor]) throws -> (FileDescriptor, SharedDescriptor) {
        let ends = try handing.isEmpty ? Pipe.make().ends() : HandedDescriptors.sockets()
        if !handing.isEmpty { try HandedDescriptors.hand(handing.map(\.file), over: ends.write.file) }
        return (try ends.read.duplicate().release(), ends.write)
    }

    private static func write(_ line: [UInt8], _ password: Secret?, to input: SharedDescriptor) throws {
        let input = try input.duplicate()
        try input.write(line)
        guard let password else { return }
        try input.write(password)
        try input.write([UInt8(ascii: "\n")])
    }

    private func lastEvent(
        of output: SubprocessOutputSequence,
        report: @Sendable (WorkerProgress) async -> Void
    ) async throws -> WorkerEvent? {
        var last: WorkerEvent?
        let lines = output.strings(
            separatedBy: .unicodeScalarSequence(["\n"]),
            bufferingPolicy: .maxLineLength(Self.maximumLineLength)
        )
        for try await line in lines {
            guard let event = try? JSONDecoder().decode(WorkerEvent.self, from: Data(line.utf8)) else {
                // gpg and the libraries write to standard error too.
                logger.notice("The \(work) program said something.", metadata: ["line": "\(line.prefix(500))"])
                continue
            }
            switch event {
            case .progress(let progress): await report(progress)
            case .note(let note): logger.notice("\(note)")
            case .done, .failed: last = event
            }
        }
        return last
    }

    private func result(of event: WorkerEvent?, _ status: TerminationStatus) throws -> WorkerResult {
        switch (event, status) {
        case (.done(let result), .exited(0)):
            return result
        case (.failed(let failure), _):
            throw BackupError(failure.code, failure.message, cause: failure.restoration.map(PartRestored.init))
        case (_, .signaled(let signal)):
            throw BackupError(
                .failed,
                "The \(work) program was ended by signal \(signal); start the \(work) again, and look into the system's log "
                    + "if it happens again."
            )
        case (_, .exited(let code)):
            throw BackupError(
                .failed,
                "The \(work) program ended with status \(code) and gave no reason; the service's log may tell more."
            )
        }
    }
}
