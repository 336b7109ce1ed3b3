import BackupModel
import Linux
import SystemPackage

extension BackupError {
    /// `path` of a backup could not be restored.
    init(restoring path: [UInt8], _ error: LinuxError) {
        switch error.errno {
        case .noSpace, .diskQuotaExceeded:
            self.init(
                .noSpace,
                "\(shortened(path)) could not be restored, as there is no space left (\(error.errno)); free some, then start it again.",
                cause: error
            )
        default:
            self.init(
                .failed,
                "\(shortened(path)) could not be restored (\(error.operation): \(error.errno)).",
                cause: error
            )
        }
    }

    /// The directory that something is to be restored to can't be used.
    init(destination path: [UInt8], _ error: LinuxError) {
        let code: Code = error.errno == .noSuchFileOrDirectory ? .notFound : .failed
        self.init(
            code,
            "The directory \(shortened(path)), to restore to, can't be opened (\(error.errno)).",
            cause: error
        )
    }
}
