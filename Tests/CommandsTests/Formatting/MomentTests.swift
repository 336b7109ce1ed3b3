import Testing

@testable import Commands

@Suite struct MomentTests {
    private static let now: UInt64 = 1_800_000_000

    private static let ages: [(UInt64, String)] = [
        (0, "just now"), (59, "just now"), (60, "1 minute ago"), (119, "1 minute ago"), (7200, "2 hours ago"),
        (86_400, "1 day ago"), (6 * 86_400, "6 days ago"), (14 * 86_400, "2 weeks ago"), (70 * 86_400, "2 months ago"),
        (800 * 86_400, "2 years ago"),
    ]

    @Test(arguments: ages)
    func `an age is told in its largest unit`(seconds: UInt64, text: String) {
        #expect(Moment.age(Self.now - seconds, now: Self.now) == text)
    }

    @Test func `a time that is ahead or unknown is told as such`() {
        #expect(Moment.age(Self.now + 30, now: Self.now) == "in a moment")
        #expect(Moment.age(Self.now + 7300, now: Self.now) == "in 2 hours")
        #expect(Moment.age(.max, now: Self.now).hasPrefix("in "))
        #expect(Moment.age(0, now: Self.now) == "unknown")
    }

    private static let spans: [(UInt64, String)] = [
        (0, "0:00"), (9, "0:09"), (75, "1:15"), (3600, "1:00:00"), (3723, "1:02:03"), (100_000, "27:46:40"),
        (200_000, "2 days"), (.max, "213503982334601 days"),
    ]

    @Test(arguments: spans)
    func `a span is told like a clock`(seconds: UInt64, text: String) {
        #expect(Moment.span(seconds) == text)
    }
}
