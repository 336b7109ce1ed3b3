import BackupModel

/// Shows how an export comes along: on one line that changes, or, where lines stay, on a few.
actor ProgressDisplay {
    /// What is shown where no line can be drawn again.
    enum Fallback {
        case lines
        case nothing
    }

    private let console: Console
    private let fallback: Fallback
    private var plain = PlainProgress()
    private var last: ExportStatus?
    private var isLineOpen = false

    init(_ console: Console, fallback: Fallback) {
        self.console = console
        self.fallback = fallback
    }

    /// Shows `status`.
    func show(_ status: ExportStatus) {
        last = status
        if console.canRedrawErrors {
            redraw()
        } else if fallback == .lines, let line = plain.line(status, at: .now) {
            console.note(line)
        }
    }

    /// Draws the line again, for a width that has changed.
    func redraw() {
        guard console.canRedrawErrors, let last else { return }
        // The last column stays free: many terminals go to the next line as soon as it is filled.
        let line = ProgressBar.line(last, width: max(1, console.errorWidth - 1))
        console.show("\r\(line)\u{1B}[K")
        isLineOpen = true
    }

    /// Leaves the line as it is, so that something else can be written.
    func finish() {
        if isLineOpen { console.show("\n") }
        isLineOpen = false
        last = nil
    }
}
