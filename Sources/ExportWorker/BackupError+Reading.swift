package import BackupModel
package import Linux
import SystemPackage

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

extension BackupError {
    /// What the worker keeps aside beside the exports could not be kept.
    package init(spooling error: LinuxError) {
        let isFull = error.errno == .noSpace || error.errno == .diskQuotaExceeded
        self.init(
            isFull ? .noSpace : .failed,
            "The list of the files in the export could not be kept (\(error.operation): \(error.errno)); "
                + (isFull ? "free some space" : "check the disk")
                + " under the directory of snapshots, then start it again.",
            cause: error
        )
    }
}
