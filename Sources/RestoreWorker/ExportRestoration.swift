import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// A restoration from an export: all of it is read and compared with its manifest, and what is wanted put in its place on the way.
struct ExportRestoration {
    let reading: ExportReading
    let restoration: Restoration
    let account: RestorationAccount

    /// Runs it to its end.
    func run() throws -> WorkerResult {
        let destination = try Destination.open(restoration)
        reading.closing.watch(destination.staging, account)
        let feed = try reading.open()
        reading.tally.setTotals(bytes: feed.size, entries: reading.request.record?.entryCount ?? 0)
        let spool = FilePath(reading.request.spoolDirectory)
        let unpacking = try Unpacking(destination, restoration, account, spool: spool)
        let ending = try reading.run(feed) { [reading] pipe in
            var check = try ArchiveCheck(reading.request, reading.tally, unpacking)
            return try check.run(pipe)
        }
        var error = verdict(ending)
        guard let writer = unpacking.writer else {
            throw error ?? BackupError(.failed, "Nothing was read of the export.")
        }
        if error == nil, unpacking.needsOriginals { error = try readOriginals(unpacking) }
        return try complete(writer, ending, error)
    }

    private func verdict(_ ending: ExportReading.Ending) -> BackupError? {
        Verdict(of: ending, reading.request).error(ending.outcome, ending.failure)
    }

    /// Reads the export once more, for what hard links are other names of.
    private func readOriginals(_ unpacking: Unpacking) throws -> BackupError? {
        let feed = try reading.open()
        reading.tally.setTotals(bytes: feed.size * 2, entries: reading.request.record?.entryCount ?? 0)
        let ending = try reading.run(feed) { pipe in try unpacking.takeOriginals(from: pipe) }
        return verdict(ending)
    }

    private func complete(_ writer: EntryWriter, _ ending: ExportReading.Ending, _ error: BackupError?) throws
        -> WorkerResult
    {
        // What is there already is still worth having, unless it would only be shown when it is good.
        if let error, writer.destination.isHidden { throw error }
        try writer.finish()
        if let error { throw error }
        if let failure = writer.failure { throw failure }
        var result = WorkerResult(of: ending, reading.tally)
        result.restoration = account.result
        return result
    }
}

extension EntryWriter {
    /// Brings everything to its end, and to the disk.
    func finish() throws(BackupError) {
        if !options.isDryRun {
            try finishDirectories()
            try synchronize()
        }
        try place()
        if !options.isDryRun, destination.isHidden { try synchronizeRoots() }
        account.flush()
    }

    /// Why the job is not done although nothing went wrong; nil when it is.
    var failure: BackupError? {
        if let missing { return missing }
        let result = account.result
        guard result.conflicts > 0, !options.isDryRun else { return nil }
        let number = result.conflicts == 1 ? "1 entry was" : "\(result.conflicts) entries were"
        return BackupError(.failed, "\(number) not restored, all others were; the first: \(result.firstConflict).")
    }

    private func synchronizeRoots() throws(BackupError) {
        do {
            for root in destination.roots { try root.descriptor.synchronizeFilesystem() }
        } catch {
            throw BackupError(.failed, "The names could not be written to the disk (\(error.errno)).", cause: error)
        }
    }
}
