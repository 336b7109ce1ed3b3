import BackupModel
import ExportProtocol
import Workers

/// Shows how far a worker is that this command has started itself.
actor FileDisplay {
    nonisolated let console: Console
    private let display: ProgressDisplay
    private let phase: String
    private var meter = ProgressMeter()

    /// - Parameters:
    ///   - phase: What the worker does, as in `Backup1.Status`.
    ///   - showsLines: Whether lines tell of it where there is no terminal.
    init(_ console: Console, phase: String, showsLines: Bool) {
        self.console = console
        self.phase = phase
        display = ProgressDisplay(console, fallback: showsLines ? .lines : .nothing)
    }

    /// Leaves the last line as it is, so that something else can be written.
    func finish() async {
        await display.finish()
    }

    /// Shows `progress`.
    func report(_ progress: WorkerProgress) async {
        meter.update(progress, at: .now)
        var status = ExportStatus()
        status.state = "running"
        status.phase = phase
        status.bytesDone = progress.bytesDone
        status.bytesTotal = progress.bytesTotal ?? 0
        status.filesDone = progress.filesDone
        status.filesTotal = progress.filesTotal ?? 0
        status.progress = meter.percent
        status.rate = meter.rate
        status.secondsLeft = meter.secondsLeft
        await display.show(status)
    }
}
