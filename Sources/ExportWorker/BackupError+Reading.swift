import BackupModel
import Linux

extension BackupError {
    /// `path` of a snapshot, in which nothing may change, could not be read.
    init(reading path: EntryPath, _ error: LinuxError) {
        self.init(
            .failed,
            "\(path) could not be read (\(error.operation): \(error.errno)); the export would not be complete.",
            cause: error
        )
    }

    /// `path` of a snapshot, in which nothing may change, has changed.
    init(changed path: EntryPath, _ how: String) {
        self.init(.failed, "\(path) \(how) while it was read; the export would not be complete.")
    }
}
