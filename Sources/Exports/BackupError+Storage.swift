import BackupModel
import Linux
import SystemPackage

extension BackupError {
    /// What the caller is told when storage failed: that there is no space left, where that is the reason.
    init(storage error: LinuxError, _ message: String) {
        switch error.errno {
        case .noSpace, .diskQuotaExceeded:
            self.init(
                .noSpace,
                "\(message) Free some space or delete an old export, then start it again.",
                cause: error
            )
        default:
            self.init(.failed, message, cause: error)
        }
    }
}
