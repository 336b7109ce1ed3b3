import BackupModel
import ExportProtocol
import FileIndex
import Linux
import Logging
import SystemPackage

/// The indexes that stand beside the exports, and the records of entries they are made from, which do not.
extension ExportStore {
    /// Where the worker keeps what the index of the export of `id` is made from, whose data has this inode number.
    func entries(_ id: SnapshotID, inode: UInt64) -> FilePath {
        spoolDirectory.appending(ExportName.entries(id, inode: inode))
    }

    /// Removes what indexes of exports of `id` would be made from, but for that of the data that is there and of that which is
    /// being written; no more than a line in the log when that fails.
    func discardStaleEntries(_ id: SnapshotID) {
        discardEntries(id, but: [ExportName.data(id), ExportName.partialData(id)])
    }

    /// Removes what indexes of exports of `id` would be made from, but for those of the files called `kept`.
    func discardEntries(_ id: SnapshotID, but kept: [String] = []) {
        let folder = try? openDirectory()
        let inodes = kept.compactMap { name in (try? folder?.status(of: FilePath(name)))?.inode }
        let wanted = Set(inodes.map { ExportName.entries(id, inode: $0) })
        discardEntries(id) { !wanted.contains($0) }
    }

    /// Removes what the index of `subject` would be made from.
    func discardEntries(of subject: IndexSubject) {
        discardEntries(subject.id, inode: subject.inode)
    }

    /// Removes what the index of the data with this inode number would be made from.
    func discardEntries(_ id: SnapshotID, inode: UInt64) {
        discardEntries(id) { $0 == ExportName.entries(id, inode: inode) }
    }

    private func discardEntries(_ id: SnapshotID, where isUnwanted: (String) -> Bool) {
        do throws(LinuxError) {
            let spool = try Descriptor.open(spoolDirectory, [.readOnly, .directory])
            for name in try spool.entryNames().map(\.string)
            where ExportName.id(ofEntries: name) == id && isUnwanted(name) {
                try spool.removeFileIfThere(FilePath(name))
            }
        } catch {
            guard error.errno != .noSuchFileOrDirectory else { return }
            logger.error("The records of the entries of \(id) could not be removed.", metadata: ["error": "\(error)"])
        }
    }

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
        guard let subject = indexSubject(id, in: folder) else {
            discardEntries(id, but: [ExportName.partialData(id)])
            return nil
        }
        guard try entryNames().contains(ExportName.entries(id, inode: subject.inode)) else { return nil }
        let index = directory.appending(ExportName.index(id))
        guard (try? FileIndex.open(index, of: subject)) ?? nil == nil else {
            discardEntries(of: subject)
            return nil
        }
        try folder.removeFileIfThere(.init(ExportName.partialIndex(id)))
        return IndexRequest(
            subject: subject,
            spool: entries(id, inode: subject.inode).string,
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
        try folder.synchronize()
        discardEntries(of: subject)
    }

    /// Removes what is left of the index of `id`, which could not be made, and what it was made from; `subject` is nil where it
    /// did not come to that.
    func discardIndex(_ id: SnapshotID, of subject: IndexSubject?, keepingEntries: Bool) {
        do {
            try openDirectory().removeFileIfThere(.init(ExportName.partialIndex(id)))
        } catch {
            logger.error("The partial index of \(id) could not be removed.", metadata: ["error": "\(error)"])
        }
        guard !keepingEntries else { return }
        if let subject { discardEntries(of: subject) } else { discardEntries(id, but: [ExportName.partialData(id)]) }
    }

    /// Removes the indexes that are about earlier exports than those that are there.
    func removeStaleIndexes(in folder: borrowing Descriptor) throws {
        for name in try folder.entryNames() {
            guard let id = ExportName.id(ofIndex: name.string), let subject = indexSubject(id, in: folder) else {
                continue
            }
            do {
                if try FileIndex.open(directory.appending(name.string), of: subject) != nil { continue }
            } catch {
                // Whoever asks for it is told.
                logger.warning("The index \(name) can't be read.", metadata: ["error": "\(error)"])
                continue
            }
            try folder.removeFileIfThere(name)
        }
    }

    /// The ids for which there is something to make an index from.
    func idsToIndex() throws -> [SnapshotID] {
        Set(try entryNames().compactMap { ExportName.id(ofEntries: $0) }).sorted()
    }

    private func entryNames() throws -> [String] {
        do throws(LinuxError) {
            return try Descriptor.open(spoolDirectory, [.readOnly, .directory]).entryNames().map(\.string)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return []
        }
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
            "The export of snapshot \(id) has no index of its files: it was made by an earlier release or while export.index was "
                + "false, or the index was removed. Export the snapshot again, with index = true under [export] in the "
                + "configuration, to have one."
        )
    }
}
