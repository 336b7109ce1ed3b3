import BackupModel
import Btrfs
import Linux
import SystemPackage

extension BackupError {
    /// What the caller is told of a failure below: `what` can't be done and the kernel's reason, and that space is to be made
    /// where that is what is missing.
    init(_ what: String, _ error: any Error) {
        switch error {
        case let error as BackupError: self = error
        case let error as LinuxError: self.init(what, error.operation, error.errno, error)
        case let error as BtrfsError: self.init(what, error.operation, error.errno, error)
        default: self.init(.failed, "\(what); the service's log tells why.", cause: error)
        }
    }

    private init(_ what: String, _ operation: String, _ reason: Errno, _ cause: any Error) {
        let message = "\(what): \(operation): \(reason)"
        switch reason {
        case .noSpace, .diskQuotaExceeded:
            self.init(.noSpace, "\(message); free some space or delete an old snapshot, then try again.", cause: cause)
        default:
            self.init(.failed, "\(message).", cause: cause)
        }
    }
}
