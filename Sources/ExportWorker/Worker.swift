import Archive
import BackupModel
import ExportProtocol
import GPG
import Linux
import Synchronization
import SystemPackage

/// What `nexus-export` does: reads a job from standard input, writes the encrypted archive to standard output, and reports
/// on standard error.
public enum Worker {
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
            let job = try Job.read(from: .standardInput)
            _ = try Thread.start(named: "stop") {
                stop.wait(endOf: .standardInput)
                end.fail(BackupError(.cancelled, "The export was cancelled."))
            }
            let pacing = Pacing()
            // An export that is not idle takes its share of the disk, whoever waits.
            if job.request.ioPriority == .idle { try PacingWatch.start(pacing, end.events) }
            // Only now: the threads that stop and hold back the others give way to nobody.
            lowerPriority(job.request.ioPriority == .idle ? .idle : .lowestBestEffort)
            let result = try ExportRun(job, end, pacing).run()
            end.succeed(result)
        } catch {
            end.fail(BackupError(ending: error))
        }
    }
}

extension BackupError {
    /// What ends a job, as the daemon wants to hear it.
    init(ending error: any Error) {
        switch error {
        case let error as BackupError: self = error
        case let error as GPGError: self.init(.failed, "gpg could not encrypt the export (\(error)).", cause: error)
        case let error as ArchiveFailure:
            self.init(.failed, "\(error.path) could not be put into the archive (\(error.error)).", cause: error)
        case let error as ArchiveError:
            self.init(.failed, "The archive could not be passed on to gpg (\(error)).", cause: error)
        default: self.init(.failed, "The export failed (\(error)).", cause: error)
        }
    }
}
