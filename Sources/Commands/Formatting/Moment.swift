import Linux

/// Times and spans, for people.
enum Moment {
    private static let units: [(name: String, seconds: UInt64)] = [
        ("year", 31_557_600), ("month", 2_629_800), ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60),
    ]

    /// How long ago `time` was at `now`, both in seconds since 1970-01-01 UTC, such as `2 hours ago`.
    static func age(_ time: UInt64, now: UInt64) -> String {
        guard time > 0 else { return "unknown" }
        let isPast = time <= now
        let span = isPast ? now - time : time - now
        guard let unit = units.first(where: { span >= $0.seconds }) else { return isPast ? "just now" : "in a moment" }
        let count = span / unit.seconds
        let text = "\(count) \(unit.name)\(count == 1 ? "" : "s")"
        return isPast ? "\(text) ago" : "in \(text)"
    }

    /// A time on this machine's clock with its age, such as `2026-11-21 17:16 (2 hours ago)`; `unknown` for 0.
    static func timeAndAge(_ time: UInt64, now: UInt64) -> String {
        let age = age(time, now: now)
        guard time > 0, let clock = localTime(time) else { return age }
        return "\(clock) (\(age))"
    }

    private static func twoDigits(_ number: UInt64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// A span as `m:ss` or `h:mm:ss`, in days when it has two.
    static func span(_ seconds: UInt64) -> String {
        if seconds >= 2 * 86_400 { return "\(seconds / 86_400) days" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let rest = twoDigits(seconds % 60)
        return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(rest)" : "\(minutes):\(rest)"
    }
}
