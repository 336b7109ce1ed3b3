import BackupModel
import Linux
import SystemPackage

extension BackupError {
    /// What the caller is told when storage failed: that there is no space left, where that is the reason.
    init(storage error: LinuxError, _ message: String) {
        switch error.errno {
        case .noSpace, .diskQuotaExceeded:
            self.init(.noSpace, "\(message) Free some space or delete an old snapshot, then try again.", cause: error)
        default:
            self.init(.failed, message, cause: error)
        }
    }

    /// Why the snapshot `id` could not be taken, in the engine's terms.
    init(snapshotting id: SnapshotID, _ error: any Error) {
        switch error {
        case let error as BackupError: self = error
        case let error as LinuxError:
            self.init(storage: error, "Snapshot \(id) can't be taken: \(error.operation): \(error.errno).")
        default:
            self.init(.failed, "Snapshot \(id) can't be taken; the service's log tells why.", cause: error)
        }
    }
}
