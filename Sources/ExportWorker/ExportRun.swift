import Archive
import BackupModel
import ExportProtocol
import GPG
import Linux
import Synchronization
import SystemPackage

/// One export: walk → readers → archive → gpg → output, each on threads of its own.
struct ExportRun: ~Copyable {
    private static let readerCount = 8
    private static let reportInterval: Duration = .milliseconds(250)

    private let request: ExportRequest
    private let selections: [Selection]
    private let password: Secret?
    private let end: JobEnd
    private let tally = Tally()
    private let queue = EntryQueue()
    private let pacing: Pacing

    init(_ job: Job, _ end: JobEnd, _ pacing: Pacing) {
        request = job.request
        selections = job.selections
        password = job.password
        self.end = end
        self.pacing = pacing
    }

    /// Runs it to its end.
    func run() throws -> WorkerResult {
        try startReading()
        if request.compression == .zstd { end.events.note("The archive is compressed with zstd: tar needs --zstd.") }
        let encryption = try startEncryption()
        let account = Outcome<TarExport.Account>()
        let digest = Outcome<String>()
        let archiving = try startArchiving(to: encryption, account)
        let pump = OutputPump(to: .standardOutput, maxRate: request.maxRate, tally: tally, pacing: pacing)
        let reading = try thread("from-gpg") {
            if let hexadecimal = try pump.read(from: encryption.output) { digest.set(hexadecimal) }
            encryption.outputHasEnded()
        }
        let writing = try thread("output") { try pump.write() }
        try startCounting()
        try encryption.run(every: Self.reportInterval) { [end, tally, pacing] in
            end.events.progress(tally.progress(pacing.report))
        }
        archiving.join()
        reading.join()
        writing.join()
        return try result(account.get(), digest.get())
    }

    private func result(_ account: TarExport.Account?, _ digest: String?) throws -> WorkerResult {
        guard let account, let digest else {
            throw BackupError(
                .failed,
                "gpg ended before it had the whole archive; start the export again, and look into the system's log if it happens again."
            )
        }
        if account.longPathCount > 0 {
            end.events.note(
                "\(account.longPathCount) entries have paths longer than 4095 bytes: the archive holds them, but tar can't make "
                    + "them in one go; extract them in parts, with --strip-components."
            )
        }
        if account.flaggedCount > 0 {
            end.events.note(
                "\(account.flaggedCount) entries are immutable or have other flags, which the archive holds and bsdtar restores, and "
                    + "GNU tar does not: \(ManifestFormat.memberName) in the archive lists them."
            )
        }
        if let failure = account.indexFailure {
            end.events.note("The entries could not be kept for an index, so the export will have none: \(failure)")
        }
        end.events.progress(tally.progress(pacing.report))
        return WorkerResult(
            byteCount: tally.byteCount,
            sha256: digest,
            entryCount: tally.entryCount,
            leftOut: account.leftOut,
            leftOutCount: account.leftOutCount
        )
    }

    private func startEncryption() throws -> Encryption {
        var context = try GPGContext.open(home: FilePath(request.gpgHome))
        for (index, recipient) in request.recipients.enumerated() {
            do throws(UnusableKey) {
                try context.addRecipient(armored: recipient)
            } catch {
                let which = "Recipient \(index + 1) of \(request.recipients.count)"
                throw BackupError(.invalidArgs, "\(which) \(error.reason); pass an armored OpenPGP public key.")
            }
        }
        return try context.encrypt(password: password)
    }

    private func startReading() throws {
        for number in 1...Self.readerCount {
            _ = try thread("reader-\(number)") { [queue, pacing] in
                var reader = try EntryReader(pacing)
                reader.run(queue)
            }
        }
        _ = try thread("walk") { [queue, end, request, selections, pacing] in
            var walk = TreeWalk(EntryProducer(queue, events: end.events), pacing: pacing)
            for (source, selection) in zip(request.sources, selections) {
                try walk.walk(FilePath(bytes: source.path), as: source.name, selection)
            }
            walk.visitor.end()
        }
    }

    private func startArchiving(to encryption: Encryption, _ outcome: Outcome<TarExport.Account>) throws -> Thread {
        try thread("archive") { [queue, request, tally, pacing] in
            do {
                var export = try TarExport.start(to: encryption.input, request, tally, pacing)
                try export.write(request.label)
                try export.write(queue)
                try export.writeManifest()
                outcome.set(try export.close())
            } catch let failure as ArchiveFailure where failure.error.isBrokenPipe {
                // gpg has ended, and what it ended with says more.
            } catch let error as ArchiveError where error.isBrokenPipe {
                // The same, at the start or the end of the archive.
            }
            encryption.inputHasEnded()
        }
    }

    private func startCounting() throws {
        _ = try Thread.start(named: "count") { [request, selections, tally, pacing] in
            var walk = TreeWalk(TreeCount(pacing: pacing), pacing: pacing)
            for (source, selection) in zip(request.sources, selections) {
                let path = FilePath(bytes: source.path)
                guard (try? walk.walk(path, as: source.name, selection)) != nil else { return }
            }
            tally.setTotals(bytes: walk.visitor.byteCount, entries: walk.visitor.entryCount)
        }
    }

    /// Starts a thread whose failure is the job's.
    private func thread(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws -> Thread {
        try Thread.start(named: name) { [end] in
            do {
                try body()
            } catch {
                end.fail(BackupError(ending: error))
            }
        }
    }
}

/// What a thread leaves behind.
package final class Outcome<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    package init() {}

    package func set(_ value: Value) {
        self.value.withLock { $0 = value }
    }

    package func get() -> Value? {
        value.withLock { $0 }
    }
}
