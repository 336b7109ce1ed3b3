import BackupModel
import DBus
import Logging

extension DBusError {
    /// The reply to a call of `method` that failed with `error`.
    ///
    /// What the engine says goes to the caller as it is. Anything else is a defect: it goes to the log, and the caller is
    /// told where to look, not what a library thought.
    init(reporting error: any Error, of method: String, logger: Logger) {
        switch error {
        case let error as BackupError:
            logger.info("\(method) was refused or failed.", metadata: ["error": "\(error)"])
            self.init(name: error.code.busName, message: error.message)
        case is CancellationError:
            self.init(name: BackupError.Code.cancelled.busName, message: "The call was given up before it was done.")
        default:
            logger.error("\(method) failed in an unforeseen way.", metadata: ["error": "\(error)"])
            self.init(
                name: BackupError.Code.failed.busName,
                message:
                    "\(method) failed for a reason that only the service's log tells; see `journalctl -u nexus-backupd`."
            )
        }
    }
}
