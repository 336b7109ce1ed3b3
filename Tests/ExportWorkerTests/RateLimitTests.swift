import Testing

@testable import ExportWorker

struct RateLimitTests {
    @Test(arguments: [(0, 1 << 20), (1, 4096), (100_000, 12288), (1 << 40, 1 << 20), (UInt64.max, 1 << 20)])
    func `what is written at once is whole pages, and little where the rate is low`(_ rate: UInt64, _ expected: Int) {
        #expect(RateLimit(bytesPerSecond: rate).chunkSize(atMost: 1 << 20) == expected)
    }

    @Test func `the rate is held over many writes`() {
        var limit = RateLimit(bytesPerSecond: 1_000_000)
        let start = ContinuousClock.now
        for _ in 0..<75 { limit.wait(for: 10_000) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(seconds > 0.49)
        #expect(seconds < 1.5)
    }
}
