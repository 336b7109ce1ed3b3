import BackupModel

/// Decides which of many statuses deserve a line where lines stay: one for every ten percent or ten seconds.
struct PlainProgress {
    private var last: (percent: UInt32, time: ContinuousClock.Instant)?

    /// The line for `status`, where it deserves one.
    mutating func line(_ status: ExportStatus, at time: ContinuousClock.Instant) -> String? {
        if let last {
            let isFurther = status.progress >= last.percent + 10 || (status.progress == 100 && last.percent < 100)
            guard isFurther || time - last.time >= .seconds(10) else { return nil }
        }
        last = (status.progress, time)
        return ProgressBar.plainLine(status)
    }
}
