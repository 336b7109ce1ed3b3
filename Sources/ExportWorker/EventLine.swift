package import ExportProtocol
import FoundationEssentials
import Linux
import Synchronization
import SystemPackage

/// Standard error, where the worker reports: one JSON object a line.
package struct EventLine: Sendable {
    private static let lock = Mutex(())
    private let file = FileDescriptor.standardError

    /// Reports how far the job is, unless nobody reads.
    package func progress(_ progress: WorkerProgress) {
        _ = write(.progress(progress), patience: .zero)
    }

    /// Reports something worth a line in the log.
    package func note(_ text: String) {
        _ = write(.note(text), patience: .seconds(5))
    }

    /// Reports the end of a good job; waits for whoever reads.
    func done(_ result: WorkerResult) -> Bool {
        write(.done(result), patience: nil)
    }

    /// Reports the end of a bad job; does not wait long.
    func failed(_ failure: WorkerFailure) {
        _ = write(.failed(failure), patience: .milliseconds(200))
    }

    private func write(_ event: WorkerEvent, patience: Duration?) -> Bool {
        guard let line = try? JSONEncoder().encode(event) else { return false }
        return Self.lock.withLock { _ in file.write(Array(line) + [UInt8(ascii: "\n")], patience: patience) }
    }
}
