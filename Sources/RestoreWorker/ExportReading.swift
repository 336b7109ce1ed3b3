import BackupModel
import ExportProtocol
import ExportWorker
import GPG
import Linux
import SystemPackage

/// One reading of an export from its start to its end: file → gpg → whoever takes the archive, each on threads of its own.
struct ExportReading: Sendable {
    private static let reportInterval: Duration = .milliseconds(250)

    let request: RestoreRequest
    let password: Secret
    let pacing: Pacing
    let tally: Tally
    let closing: Closing

    /// What came of a reading.
    struct Ending {
        /// Bytes of the file.
        var size: UInt64
        /// The file's SHA-256; nil when not all of it was read.
        var sha256: String?
        /// What whoever took the archive says of it; nil when it has said nothing.
        var outcome: ArchiveCheck.Outcome?
        /// What gpg says of it; nil when that all is well.
        var failure: DecryptionFailure?
    }

    /// Opens the export's file.
    func open() throws(BackupError) -> ExportFeed {
        try ExportFeed.open(FilePath(bytes: request.path), pacing, tally)
    }

    /// Reads it, and has `body` take the archive from a pipe on a thread of its own.
    func run(
        _ feed: ExportFeed,
        _ body: @escaping @Sendable (FileDescriptor) throws -> ArchiveCheck.Outcome
    ) throws -> Ending {
        let decryption = try startDecryption()
        let digest = Outcome<String>()
        let outcome = Outcome<ArchiveCheck.Outcome>()
        let reading = try thread("from-gpg") { [closing] in
            let result = try body(decryption.output)
            if case .foreign(let error) = result { closing.fail(error) }
            outcome.set(result)
            // What gpg says at the end of the message is worth more than what went wrong in the middle of it.
            try Self.drain(decryption.output)
            decryption.outputHasEnded()
        }
        let feeding = try thread("file") {
            if let sum = try feed.run(to: decryption.input, pipeHasEnded: decryption.inputHasEnded) { digest.set(sum) }
        }
        var ending = Ending(size: feed.size)
        do throws(DecryptionFailure) {
            try decryption.run(every: Self.reportInterval) { report() }
        } catch {
            ending.failure = error
        }
        reading.join()
        feeding.join()
        report()
        ending.sha256 = digest.get()
        ending.outcome = outcome.get()
        return ending
    }

    private func report() {
        var progress = tally.progress(pacing.report)
        // How many entries there will be, only the record knows.
        if request.record == nil { progress.filesTotal = progress.filesDone }
        closing.events.progress(progress)
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
        try Thread.start(named: name) { [closing] in
            do {
                try body()
            } catch {
                closing.fail(error)
            }
        }
    }
}
