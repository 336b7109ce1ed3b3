import BackupModel
import ExportProtocol
import FileIndex
import Linux
import Logging
import SystemPackage

/// The indexes that stand beside the exports.
extension ExportStore {
    /// What the index of the export of `id` is about; nil when there is no such export, or no record of it to tell.
    func indexSubject(_ id: SnapshotID) throws -> IndexSubject? {
        try indexSubject(id, in: openDirectory())
    }

    func indexSubject(_ id: SnapshotID, in folder: borrowing Descriptor) -> IndexSubject? {
        guard let status = try? folder.status(of: .init(ExportName.data(id))),
            let record = record(.init(ExportName.record(id)), in: folder), record.describes(status)
        else { return nil }
        return IndexSubject(
            id: id,
            inode: status.inode,
            size: status.size,
            sha256: record.sha256,
            created: record.created,
            snapshotCreated: record.snapshotCreated
        )
    }

    /// The job of making the index of `id`; nil when there is nothing to make it from.
    func indexRequest(_ id: SnapshotID) throws -> IndexRequest? {
        let folder = try openDirectory()
        let spool = FilePath(ExportName.entries(id))
        guard (try? folder.status(of: spool)) != nil else { return nil }
        // Entries beside an index that is complete, or of an export that was cut off after that one.
        let index = directory.appending(ExportName.index(id))
        guard let subject = indexSubject(id, in: folder), (try? FileIndex.open(index, of: subject)) ?? nil == nil else {
            try folder.removeFileIfThere(spool)
            return nil
        }
        try folder.removeFileIfThere(.init(ExportName.partialIndex(id)))
        return IndexRequest(
            subject: subject,
            spool: directory.appending(spool.string).string,
            output: directory.appending(ExportName.partialIndex(id)).string
        )
    }

    /// Gives a complete index its name, if its export is still there, and removes what it was made from.
    func publishIndex(of subject: IndexSubject) throws {
        let folder = try openDirectory()
        let name = FilePath(ExportName.index(subject.id))
        try folder.rename(.init(ExportName.partialIndex(subject.id)), to: name)
        try folder.synchronize()
        // Looked at afterwards, so that whoever deletes the export meanwhile removes the index, or this does.
        if indexSubject(subject.id, in: folder) != subject { try folder.removeFileIfThere(name) }
        try folder.removeFileIfThere(.init(ExportName.entries(subject.id)))
        try folder.synchronize()
    }

    /// Removes what is left of an index that could not be made.
    func discardIndex(_ id: SnapshotID, keepingEntries: Bool) {
        do {
            let folder = try openDirectory()
            try folder.removeFileIfThere(.init(ExportName.partialIndex(id)))
            if !keepingEntries { try folder.removeFileIfThere(.init(ExportName.entries(id))) }
        } catch {
            logger.error("The partial index of \(id) could not be removed.", metadata: ["error": "\(error)"])
        }
    }

    /// The ids for which there is something to make an index from.
    func idsToIndex() throws -> [SnapshotID] {
        try openDirectory().entryNames().compactMap { ExportName.id(ofEntries: $0.string) }.sorted()
    }

    /// Opens the index of the export of `id`.
    /// - Throws: `BackupError` with `notFound` without such an export, `unsupported` without an index of it, or `corrupt`.
    func openIndex(_ id: SnapshotID) throws -> FileIndex {
        let folder = try openDirectory()
        guard (try? folder.status(of: .init(ExportName.data(id)))) != nil else {
            throw BackupError(.notFound, "There is no export of snapshot \(id); Backup1.GetList tells which there are.")
        }
        let name = FilePath(ExportName.index(id))
        if let subject = indexSubject(id, in: folder), (try? folder.status(of: name)) != nil,
            let index = try FileIndex.open(directory.appending(name.string), of: subject)
        {
            return index
        }
        throw BackupError(
            .unsupported,
            "The export of snapshot \(id) has no index of its files; export the snapshot again to have one."
        )
    }
}
