import ArgumentParser
import Configuration
import Linux
import SystemPackage

extension Layout {
    /// Complains where snapshots or exports can't be written as a filesystem is read-only, or the unit makes it so: it lets the
    /// service write below /broot alone.
    func checkStorage() throws {
        let storage = configuration.storage
        for (name, path) in [("snapshots", storage.snapshots), ("exports", storage.backups)] {
            guard let place = try readOnlyPlace(path) else { continue }
            throw ValidationError(
                "The directory of the \(name), \(path), is read-only for the service; let it write there, with a line "
                    + "ReadWritePaths=\(place) under [Service] in `systemctl edit nexus-backupd`, unless the filesystem itself "
                    + "is read-only."
            )
        }
    }

    /// The directory, or the nearest one above it where it is still to be made, if it can't be written.
    private func readOnlyPlace(_ path: FilePath) throws -> FilePath? {
        var place = path
        while true {
            do throws(LinuxError) {
                return try Descriptor.open(place, [.readOnly, .directory]).isOnReadOnlyFilesystem ? place : nil
            } catch {
                guard error.errno == .noSuchFileOrDirectory, place.removeLastComponent() else { throw error }
            }
        }
    }
}
