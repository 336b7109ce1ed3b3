import BackupModel
import ExportProtocol
import FoundationEssentials
import GRDB
import Linux
import SystemPackage

/// What `nexus-index` does: reads an ``IndexRequest`` from standard input, and makes the index.
public enum IndexProgram {
    /// Does it and ends the process: with status 0, or with another and the reason on standard output.
    public static func main() -> Never {
        do {
            volunteerForKilling()
            hardenProcess()
            useUTF8()
            let stop = try StopRequest.prepare()
            let request = try request()
            _ = try Thread.start(named: "stop") {
                stop.wait(endOf: .standardInput)
                restorePriority()
                endProcess(status: 1)
            }
            lowerPriority(.idle)
            try IndexBuilder.build(request)
        } catch {
            let failure = (error as? BackupError) ?? BackupError(building: error)
            let line = try? JSONEncoder().encode(WorkerFailure(code: failure.code, message: failure.message))
            _ = try? FileDescriptor.standardOutput.writeAll(line ?? Data())
            endProcess(status: 1)
        }
        endProcess(status: 0)
    }

    private static func request() throws -> IndexRequest {
        guard let line = try LineReader(.standardInput).line(limit: IndexRequest.maximumByteCount) else {
            throw BackupError(.invalidArgs, "The request is missing: standard input ended before the end of its line.")
        }
        return try JSONDecoder().decode(IndexRequest.self, from: Data(line))
    }
}

extension BackupError {
    fileprivate init(building error: any Error) {
        let isFull = (error as? DatabaseError)?.resultCode == .SQLITE_FULL || (error as? LinuxError)?.errno == .noSpace
        self.init(isFull ? .noSpace : .failed, "The index could not be made (\(error)).", cause: error)
    }
}
