import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// What `nexus-restore` does: reads a job from standard input, does it, and reports on standard error.
public enum Restorer {
    /// Runs the job and ends the process: with status 0 after the event `done`, with another after `failed`.
    public static func main() -> Never {
        let end = JobEnd()
        do {
            volunteerForKilling()
            hardenProcess()
            useUTF8()
            Thread.shareMemoryPools(2)
            try HandedDescriptors.take(from: .standardInput)
            let stop = try StopRequest.prepare()
            try ChildProcesses.adoptOrphans()
            let reader = RequestReader(.standardInput)
            let request: RestoreRequest = try reader.request()
            let password = try needsPassword(request) ? reader.password() : nil
            let closing = Closing(end, request.operation)
            _ = try Thread.start(named: "stop") {
                stop.wait(endOf: .standardInput)
                closing.cancel()
            }
            do {
                closing.succeed(try run(request, password, closing))
            } catch {
                closing.fail(error)
            }
        } catch {
            end.fail(error as? BackupError ?? BackupError(.failed, "The job failed (\(error)).", cause: error))
        }
    }

    private static func needsPassword(_ request: RestoreRequest) -> Bool {
        if case .snapshot? = request.restoration?.origin { return false }
        return true
    }

    private static func run(_ request: RestoreRequest, _ password: Secret?, _ closing: Closing) throws -> WorkerResult {
        let account = RestorationAccount(report: try report(request))
        let pacing = Pacing()
        if request.ioPriority == .idle { try PacingWatch.start(pacing, closing.events) }
        // Only now: the threads that stop and hold back the others give way to nobody.
        lowerPriority(request.ioPriority == .idle ? .idle : .lowestBestEffort)
        switch (request.operation, request.restoration, password) {
        case (.verify, nil, let password?):
            return try Verification(reading: reading(request, password, pacing, closing)).run()
        case (.restore, let restoration?, nil):
            guard case .snapshot(let trees) = restoration.origin else { break }
            var job = try SnapshotRestoration.prepare(request, restoration, trees: trees, account, pacing, closing)
            return try job.run()
        case (.restore, let restoration?, let password?):
            let reading = reading(request, password, pacing, closing)
            return try ExportRestoration(reading: reading, restoration: restoration, account: account).run()
        default:
            break
        }
        throw BackupError(.invalidArgs, "The request does not go with its operation, \(request.operation.rawValue).")
    }

    private static func reading(
        _ request: RestoreRequest,
        _ password: Secret,
        _ pacing: Pacing,
        _ closing: Closing
    ) -> ExportReading {
        ExportReading(request: request, password: password, pacing: pacing, tally: Tally(), closing: closing)
    }

    /// Where entries are reported.
    private static func report(_ request: RestoreRequest) throws(BackupError) -> FileDescriptor? {
        guard let number = request.restoration?.report else { return nil }
        guard number == 1 || number > 2, request.restoration?.destination != .descriptor(number) else {
            throw BackupError(.invalidArgs, "The descriptor \(number) can't be that of a report.")
        }
        let file = Descriptor(taking: FileDescriptor(rawValue: number))
        do throws(LinuxError) {
            guard try file.isWritable() else { throw LinuxError(.badFileDescriptor, "write") }
        } catch {
            throw BackupError(.invalidArgs, "The descriptor \(number) can't be written to (\(error.errno)).")
        }
        file.closeOnExec()
        return file.release()
    }
}
