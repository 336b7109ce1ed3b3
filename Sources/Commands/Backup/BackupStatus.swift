import ArgumentParser
import BackupModel
import Client
import Documents

/// `nexus-backup backup status`.
struct BackupStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells which backup runs, and how the last one ended.",
        discussion: """
            With --json, the document has the keys of Backup1.Status; "id" is 0 when no backup runs.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let status = try await options.withBackups { try await $0.status() }
        let console = Console.current
        guard !options.json else { return try console.print(json: BackupStatusDocument(status)) }
        if status.id == 0 {
            try console.print("No backup runs.")
        } else {
            try console.print(
                console.outputWidth.map { ProgressBar.line(status, width: $0) } ?? ProgressBar.plainLine(status)
            )
            try console.print("Started \(Moment.age(status.started, now: console.now)), \(status.files).")
            if let holdingBack = status.holdingBackSentence { try console.print(holdingBack) }
        }
        if let last = status.lastSentence { try console.print(last) }
    }
}

extension ExportStatus {
    fileprivate var files: String {
        filesTotal > 0 ? "\(filesDone) of \(filesTotal) files" : "\(filesDone) files"
    }

    /// Why the backup holds back, and how long it has; nil when it never did.
    fileprivate var holdingBackSentence: String? {
        guard isHoldingBack || heldBackSeconds > 0 else { return nil }
        let total = "It has paused for other programs for \(Moment.span(heldBackSeconds)) so far."
        return isHoldingBack ? "Holding back: \(holdingBackReason.escapedForTerminal) \(total)" : total
    }

    /// How the last backup ended; nil when there was none.
    var lastSentence: String? {
        guard lastID > 0, let lastResult else { return nil }
        let error = lastError.escapedForTerminal
        return switch lastResult {
        case .done: "The last one, of snapshot \(lastID), is complete."
        case .cancelled: "The last one, of snapshot \(lastID), was cancelled."
        case .failed: "The last one, of snapshot \(lastID), failed: \(error)"
        }
    }
}
