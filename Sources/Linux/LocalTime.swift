import Glibc

/// `time`, in seconds since 1970-01-01 UTC, by this machine's clock and to the minute, such as `2026-11-21 17:16`; nil
/// where it is out of range. See localtime(3).
public func localTime(_ time: UInt64) -> String? {
    var seconds = time_t(clamping: time)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return nil }
    func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(Int(parts.tm_year) + 1900)-\(twoDigits(parts.tm_mon + 1))-\(twoDigits(parts.tm_mday))"
    return "\(date) \(twoDigits(parts.tm_hour)):\(twoDigits(parts.tm_min))"
}
