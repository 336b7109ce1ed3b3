import Linux

/// A token bucket: how long to wait so that no more than a number of bytes goes out in a second.
struct RateLimit {
    private static let burst: Duration = .milliseconds(250)
    private let bytesPerSecond: UInt64
    private var next = ContinuousClock.now

    /// A limit of `bytesPerSecond`; 0 for none.
    init(bytesPerSecond: UInt64) {
        self.bytesPerSecond = bytesPerSecond
    }

    /// The most bytes to write at once, a multiple of 4,096, so that the stream flows evenly.
    func chunkSize(atMost limit: Int) -> Int {
        guard bytesPerSecond > 0 else { return limit }
        return min(limit, max(1, Int(clamping: bytesPerSecond / 8 / 4096)) * 4096)
    }

    /// Waits until `byteCount` bytes may go out.
    mutating func wait(for byteCount: Int) {
        guard bytesPerSecond > 0 else { return }
        let now = ContinuousClock.now
        next = max(next, now - Self.burst) + .seconds(Double(byteCount) / Double(bytesPerSecond))
        if next > now { pause(for: now.duration(to: next)) }
    }
}
