import BackupModel
import ExportProtocol
import ExportWorker

/// One verification: the archive is compared with its manifest, and the file with what was noted of it.
struct Verification {
    let reading: ExportReading

    /// Runs it to its end.
    func run() throws -> WorkerResult {
        let (request, tally) = (reading.request, reading.tally)
        let feed = try reading.open()
        tally.setTotals(bytes: feed.size, entries: request.record?.entryCount ?? 0)
        let ending = try reading.run(feed) { pipe in
            var check = try ArchiveCheck(request, tally)
            return try check.run(pipe)
        }
        if let error = Verdict(of: ending, request).error(ending.outcome, ending.failure) { throw error }
        return WorkerResult(of: ending, tally)
    }
}

extension WorkerResult {
    /// What there is to tell of an export that was read to its end.
    init(of ending: ExportReading.Ending, _ tally: Tally) {
        self.init(
            byteCount: ending.size,
            sha256: ending.sha256 ?? "",
            entryCount: tally.entryCount,
            leftOut: [],
            leftOutCount: 0
        )
        if case .plain? = ending.outcome { lacksManifest = true }
    }
}
