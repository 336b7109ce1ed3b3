import FoundationEssentials

extension Moment {
    /// `time`, in seconds since 1970-01-01 UTC, as a date and time of UTC, such as `2026-03-05 14:07`.
    static func date(_ time: Int64) -> String {
        // Beyond this no calendar of ours reaches, and no file's time is meant.
        guard abs(Double(time)) < 2e11 else { return "\(time) s" }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute],
            from: Date(timeIntervalSince1970: Double(time))
        )
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return
            "\(parts.year ?? 0)-\(digits(parts.month))-\(digits(parts.day)) \(digits(parts.hour)):\(digits(parts.minute))"
    }
}
