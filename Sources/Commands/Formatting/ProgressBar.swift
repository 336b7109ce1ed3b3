import BackupModel

/// An export's progress on one line.
enum ProgressBar {
    private static let leastBarWidth = 10
    private static let greatestBarWidth = 40

    /// A line of at most `width` columns: percentage, bar, bytes, rate and time left, as far as they fit and are known.
    static func line(_ status: ExportStatus, width: Int) -> String {
        let head = "\(subject(status)) \(String(status.progress).padded(to: 3, isRight: true)) %"
        let details = details(status)
        // What does not fit goes from the end; the bar goes last.
        for count in stride(from: details.count, through: 0, by: -1) {
            let tail = details.prefix(count).map { "  " + $0 }.joined()
            let room = width - head.columns - tail.columns - 1
            if room >= leastBarWidth {
                return "\(head) \(bar(status.progress, min(room, greatestBarWidth)))\(tail)"
            }
        }
        return head.truncated(to: width)
    }

    /// The same for a place where lines stay, of any width.
    static func plainLine(_ status: ExportStatus) -> String {
        (["\(subject(status)): \(status.progress) %"] + details(status)).joined(separator: ", ")
    }

    /// A file that is read without the service has no id here.
    private static func subject(_ status: ExportStatus) -> String {
        status.id == 0 ? "Backup" : "Backup \(status.id)"
    }

    private static func details(_ status: ExportStatus) -> [String] {
        guard status.phase == "exporting" || status.bytesTotal > 0 else {
            return status.phase.isEmpty ? [] : [status.phase.escapedForTerminal]
        }
        if status.phase == "finishing" || status.state == "cancelling" {
            return [status.state == "cancelling" ? "cancelling" : "finishing", Size.text(status.bytesDone)]
        }
        var details = ["\(Size.text(status.bytesDone)) of \(Size.text(status.bytesTotal))"]
        if status.rate > 0 { details.append("\(Size.text(status.rate))/s") }
        if status.isHoldingBack { details.append("holding back") }
        if status.secondsLeft > 0 { details.append("\(Moment.span(UInt64(status.secondsLeft))) left") }
        return details
    }

    private static func bar(_ percent: UInt32, _ width: Int) -> String {
        let inner = width - 2
        let filled = inner * Int(min(percent, 100)) / 100
        return "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: inner - filled))]"
    }
}
