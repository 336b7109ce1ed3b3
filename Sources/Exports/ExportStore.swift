import BackupModel
import Linux
import Logging
import SystemPackage

/// The directory of finished exports.
///
/// An export is written under a hidden name, synced, and renamed as its last step; the record and the checksum that stand
/// beside it are staged before that and get their names after it, so that a crash at any instruction, or a failure of any
/// call, leaves the old export with its record, or the new one with its own. Every method blocks.
struct ExportStore: Sendable {
    let directory: FilePath
    /// Where what tells of a snapshot's files is kept aside.
    let spoolDirectory: FilePath
    let logger: Logger

    /// Opens the store, making its directory where it is missing.
    ///
    /// Others may pass through the directory but not list it: who may read an export is told its name.
    static func open(_ directory: FilePath, spoolDirectory: FilePath, logger: Logger) throws -> ExportStore {
        do {
            try makeDirectories(directory, permissions: [.ownerReadWriteExecute, .groupExecute, .otherExecute])
            _ = try Descriptor.open(directory, [.readOnly, .directory])
        } catch {
            throw BackupError(
                .failed,
                "The directory of exports \(directory) can't be opened: \(error.errno); make it or change storage.backups.",
                cause: error
            )
        }
        return ExportStore(directory: directory, spoolDirectory: spoolDirectory, logger: logger)
    }

    /// Where the finished export of `id` is.
    func path(of id: SnapshotID) -> FilePath {
        directory.appending(ExportName.data(id))
    }

    /// Creates the hidden file that an export of `id` is written to, in place of any left over.
    func createPartial(_ id: SnapshotID) throws(LinuxError) -> SharedDescriptor {
        let folder = try openDirectory()
        try folder.removeFileIfThere(.init(ExportName.partialData(id)))
        discardStaleEntries(id)
        return SharedDescriptor(
            try folder.open(
                .init(ExportName.partialData(id)),
                [.readWrite, .create, .exclusive, .noFollow],
                permissions: .ownerReadWrite
            )
        )
    }

    /// Removes what an export of `id` has left under hidden names, but for what the index of the one that is there is made from.
    func discardPartial(_ id: SnapshotID) {
        do {
            let folder = try openDirectory()
            try folder.removeFileIfThere(.init(ExportName.partialData(id)))
            try folder.removeFileIfThere(.init(ExportName.stagedRecord(id)))
            try folder.removeFileIfThere(.init(ExportName.stagedChecksum(id)))
        } catch {
            logger.error("The partial export of \(id) could not be removed.", metadata: ["error": "\(error)"])
        }
        discardStaleEntries(id)
    }

    /// Writes a small file under a hidden name, and syncs it.
    func stage(_ bytes: [UInt8], as name: FilePath, in folder: borrowing Descriptor) throws(LinuxError) -> Descriptor {
        try folder.removeFileIfThere(name)
        let file = try folder.open(
            name,
            [.readWrite, .create, .exclusive, .noFollow],
            permissions: [.ownerReadWrite]
        )
        try file.write(bytes)
        try file.synchronize()
        return file
    }

    /// The finished export of `id`, open for reading only.
    /// - Throws: `BackupError` with `notFound`.
    func openFinished(_ id: SnapshotID) throws -> SharedDescriptor {
        do {
            let name = FilePath(ExportName.data(id))
            // Nobody waits for the other end of what is no file.
            let file = try openDirectory().open(name, [.readOnly, .noFollow, .nonBlocking])
            guard try file.status().kind == .regular else { throw notFound(id) }
            return SharedDescriptor(file)
        } catch let error as LinuxError {
            let absences: [Errno] = [.noSuchFileOrDirectory, .tooManySymbolicLinkLevels]
            guard !absences.contains(error.errno) else { throw notFound(id) }
            throw BackupError(
                storage: error,
                "The export of snapshot \(id) can't be opened in \(directory): \(error.errno)."
            )
        }
    }

    private func notFound(_ id: SnapshotID) -> BackupError {
        BackupError(.notFound, "There is no export of snapshot \(id); Backup1.GetList tells which there are.")
    }

    /// Deletes the finished export of `id` and its record.
    /// - Throws: `BackupError` with `notFound`.
    func delete(_ id: SnapshotID) throws {
        let folder = try openDirectory()
        let status = try? folder.status(of: .init(ExportName.data(id)))
        guard try folder.removeFileIfThere(.init(ExportName.data(id))) else {
            throw notFound(id)
        }
        try folder.removeFileIfThere(.init(ExportName.record(id)))
        try folder.removeFileIfThere(.init(ExportName.checksum(id)))
        try folder.removeFileIfThere(.init(ExportName.index(id)))
        if let status { discardEntries(id, inode: status.inode) }
        try folder.synchronize()
    }

    func openDirectory() throws(LinuxError) -> Descriptor {
        try Descriptor.open(directory, [.readOnly, .directory])
    }
}
