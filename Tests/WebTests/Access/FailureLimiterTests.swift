import Testing

@testable import Web

@Suite struct FailureLimiterTests {
    private let start = ContinuousClock.now

    @Test("A client may fail a few times, and once more after a while")
    func burst() {
        let limiter = FailureLimiter(perClient: .init(burst: 3, interval: .seconds(10)))
        for _ in 1...3 { #expect(limiter.noteFailure(of: "192.0.2.1", now: start) == nil) }
        #expect(limiter.noteFailure(of: "192.0.2.1", now: start) == .seconds(10))
        #expect(limiter.noteFailure(of: "192.0.2.2", now: start) == nil)
        #expect(limiter.noteFailure(of: "192.0.2.1", now: start + .seconds(9)) == .seconds(1))
        #expect(limiter.noteFailure(of: "192.0.2.1", now: start + .seconds(10)) == nil)
        #expect(limiter.noteFailure(of: "192.0.2.1", now: start + .seconds(10)) != nil)
    }

    @Test("All clients together may fail only so often")
    func overall() {
        let limiter = FailureLimiter(overall: .init(burst: 5, interval: .seconds(1)))
        for client in 1...5 { #expect(limiter.noteFailure(of: "192.0.2.\(client)", now: start) == nil) }
        #expect(limiter.noteFailure(of: "192.0.2.6", now: start) == .seconds(1))
        #expect(limiter.noteFailure(of: "192.0.2.6", now: start + .seconds(1)) == nil)
    }

    @Test("However many clients fail, memory is bounded and a steady failure is not forgotten")
    func bounded() {
        let limiter = FailureLimiter(
            perClient: .init(burst: 2, interval: .seconds(60)),
            overall: .init(burst: .max, interval: .nanoseconds(1))
        )
        for client in 0..<20_000 {
            _ = limiter.noteFailure(of: "10.0.\(client / 256).\(client % 256)", now: start + .milliseconds(client))
            _ = limiter.noteFailure(of: "192.0.2.1", now: start + .milliseconds(client))
        }
        #expect(limiter.noteFailure(of: "192.0.2.1", now: start + .seconds(20)) != nil)
        #expect(limiter.clientCount <= FailureLimiter.maximumClientCount)
    }

    @Test(
        "Of an IPv6 address the network counts",
        arguments: [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2/64"), ("2001:db8::1", "2001:db8::/64"), ("::1", "::/64"),
            ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2::9", "2001:db8:1:2/64"),
        ]
    )
    func networks(address: String, network: String) {
        #expect(FailureLimiter.network(of: address) == network)
    }
}
