/// What is worth a line in the log of a job's holding back: its starts and ends, at most one of them a minute.
struct PacingNotes {
    static let interval: Duration = .seconds(60)

    private var told: ScarceResource?
    private var nextTime: Duration = .zero

    /// The line that is due at `time`, if one is.
    mutating func next(_ report: Pacing.Report, at time: Duration) -> String? {
        guard (report.resource == nil) != (told == nil), time >= nextTime else { return nil }
        told = report.resource
        nextTime = time + Self.interval
        guard let resource = report.resource else {
            let seconds = report.timeHeldBack.components.seconds
            return "Nobody else waits any more, so the job goes on; it has held back for \(seconds) s so far."
        }
        return "\(resource.reason) The job holds back for them."
    }
}
