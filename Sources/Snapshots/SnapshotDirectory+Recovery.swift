import BackupModel
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// Makes the directory where it is missing, removes what has a hidden name, and reads the counter of ids.
    func recover(lowestNextID: SnapshotID) throws -> IDCounter {
        do {
            try makeDirectories(path, permissions: .ownerReadWriteExecute)
            let directory = try open()
            let names = try directory.entryNames()
            for name in names where Self.id(ofHidden: name) != nil {
                logger.notice("Removing \(path.pushing(name)), which was being made or deleted when the service ended.")
                discard(name)
            }
            return try IDCounter(
                in: directory,
                lowest: lowestNextID,
                seen: names.compactMap { Self.id(of: $0) ?? Self.id(ofHidden: $0) }
            )
        } catch {
            throw BackupError(
                .failed,
                "The directory of snapshots \(path) can't be used: \(error.operation): \(error.errno); make it or change "
                    + "storage.snapshots.",
                cause: error
            )
        }
    }
}
