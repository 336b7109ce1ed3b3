import BackupModel
import Linux
import Logging
import SystemPackage

extension ExportStore {
    /// Makes the complete, hidden file the export of its id: synced, recorded, renamed, in this order.
    ///
    /// An earlier export of the id keeps its data, record and checksum, under the hidden names, until those of the new one
    /// are on stable storage: when a step fails, it gets its names back.
    func publish(_ partial: SharedDescriptor, _ record: ExportRecord) throws {
        let folder = try openDirectory()
        let id = record.id
        let data = try partial.duplicate()
        try data.synchronize()
        _ = try stage(record.encoded(), as: .init(ExportName.stagedRecord(id)), in: folder)
        try stage(record.checksumLine, as: .init(ExportName.stagedChecksum(id)), in: folder).copyReadGrant(from: data)
        try folder.synchronize()
        var done: [(Naming, Naming.Way)] = []
        do {
            let naming = Naming(from: ExportName.partialData(id), to: ExportName.data(id))
            done.append((naming, try naming.perform(in: folder)))
            try folder.synchronize()
            for naming in [
                Naming(from: ExportName.stagedRecord(id), to: ExportName.record(id)),
                Naming(from: ExportName.stagedChecksum(id), to: ExportName.checksum(id)),
            ] {
                done.append((naming, try naming.perform(in: folder)))
            }
            try folder.synchronize()
        } catch {
            for (naming, way) in done.reversed() { undo(naming, way, in: folder) }
            throw error
        }
        discardPartial(id)
        discardIndexOfEarlier(id)
    }

    /// The index of an earlier export goes after that has gone; it would not answer for the new one anyway.
    private func discardIndexOfEarlier(_ id: SnapshotID) {
        do {
            try openDirectory().removeFileIfThere(.init(ExportName.index(id)))
        } catch {
            logger.error("The index of an earlier export could not be removed.", metadata: ["error": "\(error)"])
        }
    }

    private func undo(_ naming: Naming, _ way: Naming.Way, in folder: borrowing Descriptor) {
        do {
            try naming.undo(way, in: folder)
            try folder.synchronize()
        } catch {
            logger.error("\(naming.new) could not be put back as it was.", metadata: ["error": "\(error)"])
        }
    }
}

/// A file getting its name, which another one may have had.
private struct Naming {
    /// How it got its name.
    enum Way {
        /// Nothing had that name.
        case renamed
        /// What had it now has the old name.
        case exchanged
        /// What had it is gone, as the filesystem can't exchange names.
        case replaced
    }

    let old: FilePath
    let new: FilePath

    init(from old: String, to new: String) {
        self.old = FilePath(old)
        self.new = FilePath(new)
    }

    func perform(in folder: borrowing Descriptor) throws(LinuxError) -> Way {
        do throws(LinuxError) {
            try folder.exchange(old, with: new)
            return .exchanged
        } catch {
            let isTaken = error.errno != .noSuchFileOrDirectory
            let canExchange = ![.invalidArgument, .noFunction, .notSupported].contains(error.errno)
            if isTaken, canExchange { throw error }
            try folder.rename(old, to: new)
            return isTaken ? .replaced : .renamed
        }
    }

    func undo(_ way: Way, in folder: borrowing Descriptor) throws(LinuxError) {
        switch way {
        case .renamed: try folder.rename(new, to: old)
        case .exchanged: try folder.exchange(old, with: new)
        case .replaced: break
        }
    }
}
