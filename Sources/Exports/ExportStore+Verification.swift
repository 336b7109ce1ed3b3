import BackupModel
import ExportProtocol
import Linux
import Logging
import SystemPackage

extension ExportStore {
    /// What there is to verify of the export of `id`: its record, nil where there is none.
    ///
    /// The record counts whether or not it is about the very file that is there: that this is another one is what a
    /// verification is to find out.
    /// - Throws: `BackupError` with `notFound`; `LinuxError`.
    func recordToVerify(_ id: SnapshotID) throws -> ExportRecord? {
        let folder = try openDirectory()
        do throws(LinuxError) {
            let status = try folder.status(of: .init(ExportName.data(id)))
            guard status.kind == .regular else { throw LinuxError(.noSuchFileOrDirectory, "find a regular file") }
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            throw BackupError(.notFound, "There is no export of snapshot \(id); Backup1.GetList tells which there are.")
        }
        return record(.init(ExportName.record(id)), in: folder).flatMap { $0.id == id ? $0 : nil }
    }

    /// Notes durably that the export of `id` was found to be what `record` says, or, without a time, that it was not.
    func noteVerification(_ id: SnapshotID, of record: ExportRecord, at time: UInt64?) throws {
        let folder = try openDirectory()
        // What was replaced or deleted meanwhile is not what was verified.
        guard self.record(.init(ExportName.record(id)), in: folder) == record,
            let status = try? folder.status(of: .init(ExportName.data(id))), status.kind == .regular
        else {
            throw BackupError(.notFound, "The export of snapshot \(id) was deleted while it was verified.")
        }
        var record = record
        record.verified = time
        // A file that was copied back has another inode number, and is this one all the same.
        if time != nil { record.inode = status.inode }
        try folder.writeDurably(
            record.encoded(),
            to: .init(ExportName.record(id)),
            staging: .init(ExportName.stagedRecord(id))
        )
    }
}
