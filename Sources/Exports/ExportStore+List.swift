import BackupModel
import Linux
import Logging
import SystemPackage

extension ExportStore {
    /// The finished exports, by id.
    ///
    /// Data without a record of its own, put there by hand or by another program, is listed too, with what the file itself
    /// tells; what is not a regular file is not an export.
    func list() throws -> [ExportSummary] {
        let folder = try openDirectory()
        var result: [ExportSummary] = []
        for name in try folder.entryNames() {
            guard let id = ExportName.id(ofData: name.string) else { continue }
            if let summary = summary(of: id, in: folder) { result.append(summary) }
        }
        return result.sorted { $0.id < $1.id }
    }

    /// The ids of which there is an export, in their order.
    func ids() throws -> [SnapshotID] {
        try openDirectory().entryNames().compactMap { ExportName.id(ofData: $0.string) }.sorted()
    }

    /// The largest id of which there is an export; 0 when there is none.
    func largestID() throws -> SnapshotID {
        try openDirectory().entryNames().compactMap { ExportName.id(ofData: $0.string) }.max() ?? 0
    }

    private func summary(of id: SnapshotID, in folder: borrowing Descriptor) -> ExportSummary? {
        let name = ExportName.data(id)
        // A file that goes away between the listing and the look is no longer an export.
        guard let status = try? folder.status(of: .init(name)), status.kind == .regular else { return nil }
        let record = record(.init(ExportName.record(id)), in: folder).flatMap { $0.describes(status) ? $0 : nil }
        var summary = ExportSummary(
            id: id,
            path: path(of: id).string,
            name: name,
            size: status.size,
            created: record?.created ?? UInt64(clamping: status.modificationSeconds),
            sha256: record?.sha256 ?? "",
            description: record?.description ?? "",
            snapshotExists: false,
            isVerified: record?.verified != nil
        )
        summary.verifiedAt = record?.verified ?? 0
        return summary
    }

    /// The record in the file `name`; nil, with a line in the log, when it can't be read as one.
    func record(_ name: FilePath, in folder: borrowing Descriptor) -> ExportRecord? {
        do {
            let file = try folder.open(name, [.readOnly, .noFollow, .nonBlocking])
            return try ExportRecord(decoding: file.readAll(limit: ExportRecord.maximumByteCount))
        } catch let error as LinuxError where error.errno == .noSuchFileOrDirectory {
            return nil
        } catch {
            logger.warning("The record \(name) of an export can't be read.", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
