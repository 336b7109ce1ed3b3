import BackupModel
import FoundationEssentials
import Linux
import Logging
import SystemPackage

/// What is left in the directory while a job runs, so that a later start of the service can tell of one that was cut off.
struct JobMark: Codable, Sendable, Equatable {
    static let name = FilePath(".job.json")
    static let maximumByteCount = 4096

    var id: SnapshotID
    var started: UInt64
    /// What it does; nil for an export.
    var work: Exporter.Work?
}

extension ExportStore {
    /// Notes that a job runs.
    func mark(_ job: JobMark) throws {
        let folder = try openDirectory()
        try folder.removeFileIfThere(JobMark.name)
        let file = try folder.open(
            JobMark.name,
            [.writeOnly, .create, .exclusive, .noFollow],
            permissions: .ownerReadWrite
        )
        try file.write(Array(JSONEncoder().encode(job)))
    }

    /// Notes that no job runs.
    func unmark() {
        do {
            try openDirectory().removeFileIfThere(JobMark.name)
        } catch {
            logger.error("The mark of the job that ended could not be removed.", metadata: ["error": "\(error)"])
        }
    }

    /// Brings the directory back to a state without half-made exports, and tells which job was cut off, if one was.
    func recover() throws -> JobMark? {
        let folder = try openDirectory()
        for name in try folder.entryNames() {
            if ExportName.id(ofPartialData: name.string) != nil {
                logger.notice("Removing \(name), which an interrupted export left.")
                try folder.removeFileIfThere(name)
            } else if let id = ExportName.id(ofStagedRecord: name.string) {
                try settle(id, stagedRecord: name, in: folder)
            } else if ExportName.id(ofStagedChecksum: name.string) != nil {
                try folder.removeFileIfThere(name)
            } else if ExportName.id(ofPartialIndex: name.string) != nil {
                try folder.removeFileIfThere(name)
            }
        }
        try removeOrphanedRecords(in: folder)
        try removeStaleIndexes(in: folder)
        try completeChecksums(in: folder)
        let mark = interruptedJob(in: folder)
        try folder.removeFileIfThere(JobMark.name)
        try folder.synchronize()
        return mark
    }

    /// A staged record gets its name if the data it is about has got its own; otherwise it goes.
    private func settle(_ id: SnapshotID, stagedRecord: FilePath, in folder: borrowing Descriptor) throws {
        let record = record(stagedRecord, in: folder)
        let status = try? folder.status(of: .init(ExportName.data(id)))
        if let record, let status, record.describes(status) {
            try folder.rename(stagedRecord, to: .init(ExportName.record(id)))
        } else {
            try folder.removeFileIfThere(stagedRecord)
        }
    }

    private func removeOrphanedRecords(in folder: borrowing Descriptor) throws {
        let names = try folder.entryNames()
        let exports = Set(names.compactMap { ExportName.id(ofData: $0.string) })
        for name in names {
            let id =
                ExportName.id(ofRecord: name.string) ?? ExportName.id(ofChecksum: name.string)
                ?? ExportName.id(ofIndex: name.string)
            guard let id, !exports.contains(id) else { continue }
            try folder.removeFileIfThere(name)
        }
        for id in try idsToIndex() { discardStaleEntries(id) }
    }

    /// Makes the checksums what the records say.
    private func completeChecksums(in folder: borrowing Descriptor) throws {
        for summary in try list() where !summary.sha256.isEmpty {
            let name = FilePath(ExportName.checksum(summary.id))
            guard let record = record(.init(ExportName.record(summary.id)), in: folder) else { continue }
            let present = try? folder.open(name, [.readOnly, .noFollow, .nonBlocking]).readAll(limit: 4096)
            guard present != record.checksumLine else { continue }
            let staged = FilePath(ExportName.stagedChecksum(summary.id))
            let data = try folder.open(.init(ExportName.data(summary.id)), [.readOnly, .noFollow, .nonBlocking])
            try stage(record.checksumLine, as: staged, in: folder).copyReadGrant(from: data)
            try folder.rename(staged, to: name)
        }
    }

    private func interruptedJob(in folder: borrowing Descriptor) -> JobMark? {
        do {
            let file = try folder.open(JobMark.name, [.readOnly, .noFollow, .nonBlocking])
            return try JSONDecoder().decode(JobMark.self, from: Data(file.readAll(limit: JobMark.maximumByteCount)))
        } catch {
            // A mark that was cut short by a crash tells nothing; the partial file it was about is gone either way.
            return nil
        }
    }
}
