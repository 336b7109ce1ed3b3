import BackupModel
import ExportProtocol
import ExportWorker
import GPG
import Linux
import SystemPackage

/// One verification: file → gpg → archive → manifest, each on threads of its own.
struct Verification: ~Copyable {
    private static let reportInterval: Duration = .milliseconds(250)

    private let request: RestoreRequest
    private let password: Secret
    private let end: JobEnd
    private let pacing: Pacing
    private let tally = Tally()

    init(_ request: RestoreRequest, _ password: Secret, _ end: JobEnd, _ pacing: Pacing) {
        self.request = request
        self.password = password
        self.end = end
        self.pacing = pacing
    }

    /// Runs it to its end.
    func run() throws -> WorkerResult {
        let feed = try ExportFeed.open(FilePath(bytes: request.path), pacing, tally)
        tally.setTotals(bytes: feed.size, entries: request.record?.entryCount ?? 0)
        let decryption = try startDecryption()
        let digest = Outcome<String>()
        let check = Outcome<ArchiveCheck.Outcome>()
        let reading = try thread("from-gpg") { [request, tally, end] in
            var archive = try ArchiveCheck(request, tally)
            let outcome = try archive.run(decryption.output)
            if case .foreign(let error) = outcome { end.fail(error) }
            check.set(outcome)
            // What gpg says at the end of the message is worth more than what went wrong in the middle of it.
            try Self.drain(decryption.output)
            decryption.outputHasEnded()
        }
        let feeding = try thread("file") {
            if let sum = try feed.run(to: decryption.input, pipeHasEnded: decryption.inputHasEnded) { digest.set(sum) }
        }
        var failure: DecryptionFailure?
        do throws(DecryptionFailure) {
            try decryption.run(every: Self.reportInterval) { report() }
        } catch {
            failure = error
        }
        reading.join()
        feeding.join()
        report()
        let verdict = Verdict(id: request.id, record: request.record, size: feed.size, sha256: digest.get())
        if let error = verdict.error(check.get(), failure) { throw error }
        return WorkerResult(
            byteCount: feed.size,
            sha256: digest.get() ?? "",
            entryCount: tally.entryCount,
            leftOut: [],
            leftOutCount: 0
        )
    }

    private func report() {
        var progress = tally.progress(pacing.report)
        // How many entries there will be, only the record knows.
        if request.record == nil { progress.filesTotal = progress.filesDone }
        end.events.progress(progress)
    }

    private func startDecryption() throws -> Decryption {
        do throws(GPGError) {
            return try GPGContext.open(home: FilePath(request.gpgHome)).decrypt(password: password)
        } catch {
            throw BackupError(.failed, "gpg could not be started (\(error)).", cause: error)
        }
    }

    private static func drain(_ pipe: FileDescriptor) throws {
        let buffer = ByteBuffer()
        repeat { buffer.clear() } while try pipe.readPaced(into: buffer, limit: 256 << 10) > 0
    }

    /// Starts a thread whose failure is the job's.
    private func thread(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws -> Thread {
        try Thread.start(named: name) { [end] in
            do {
                try body()
            } catch {
                end.fail(BackupError(verifying: error))
            }
        }
    }
}
