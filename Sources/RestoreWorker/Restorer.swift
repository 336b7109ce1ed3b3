import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// What `nexus-restore` does: reads a job from standard input, reads the export that it names, and reports on standard error.
public enum Restorer {
    /// Runs the job and ends the process: with status 0 after the event `done`, with another after `failed`.
    public static func main() -> Never {
        let end = JobEnd()
        do {
            volunteerForKilling()
            hardenProcess()
            useUTF8()
            Thread.shareMemoryPools(2)
            let stop = try StopRequest.prepare()
            try ChildProcesses.adoptOrphans()
            let reader = RequestReader(.standardInput)
            let request: RestoreRequest = try reader.request()
            let password = try reader.password()
            _ = try Thread.start(named: "stop") {
                stop.wait(endOf: .standardInput)
                end.fail(BackupError(.cancelled, "The verification was cancelled."))
            }
            let pacing = Pacing()
            if request.ioPriority == .idle { try PacingWatch.start(pacing, end.events) }
            // Only now: the threads that stop and hold back the others give way to nobody.
            lowerPriority(request.ioPriority == .idle ? .idle : .lowestBestEffort)
            let result =
                switch request.operation {
                case .verify: try Verification(request, password, end, pacing).run()
                case .restore: throw BackupError(.unsupported, "This release restores nothing yet.")
                }
            end.succeed(result)
        } catch {
            end.fail(BackupError(verifying: error))
        }
    }
}

extension BackupError {
    /// What ends a job, as the daemon wants to hear it.
    init(verifying error: any Error) {
        if let error = error as? BackupError {
            self = error
        } else {
            self.init(.failed, "The verification failed (\(error)).", cause: error)
        }
    }
}
