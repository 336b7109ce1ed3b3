import ExportProtocol
import Testing

@testable import Workers

struct ProgressMeterTests {
    private let start = ContinuousClock.now

    private func progress(_ bytes: UInt64, _ files: UInt64 = 0, of total: UInt64? = nil, _ filesTotal: UInt64? = nil)
        -> WorkerProgress
    {
        WorkerProgress(
            bytesDone: bytes,
            filesDone: files,
            bytesTotal: total,
            filesTotal: filesTotal,
            bytesWritten: bytes
        )
    }

    @Test func `percent is 0 until the total is known and never 100 before the end`() {
        var meter = ProgressMeter()
        meter.update(progress(500), at: start)
        #expect(meter.percent == 0)
        meter.update(progress(1000, 0, of: 1000, 0), at: start + .seconds(1))
        #expect(meter.percent == 99)
    }

    @Test func `percent never falls`() {
        var meter = ProgressMeter()
        meter.update(progress(500_000, 0, of: 1_000_000, 0), at: start)
        #expect(meter.percent == 50)
        meter.update(progress(500_000, 0, of: 2_000_000, 0), at: start + .seconds(1))
        #expect(meter.percent == 50)
    }

    @Test func `a tree of empty files makes progress too`() {
        var meter = ProgressMeter()
        meter.update(progress(0, 250, of: 0, 1000), at: start)
        #expect(meter.percent == 25)
    }

    @Test func `an empty tree has no percent and no time left`() {
        var meter = ProgressMeter()
        meter.update(progress(0, 0, of: 0, 0), at: start)
        #expect(meter.percent == 0)
        #expect(meter.secondsLeft == 0)
    }

    @Test func `rate and time left follow the last ten seconds`() {
        var meter = ProgressMeter()
        for second in 0...60 {
            let rate: UInt64 = second < 30 ? 10_000 : 1000
            let before = meter.last.bytesDone
            meter.update(progress(before + rate, 0, of: 1_000_000, 0), at: start + .seconds(second))
        }
        #expect(meter.rate == 1000)
        #expect(meter.secondsLeft == UInt32((1_000_000 - meter.last.bytesDone + 999) / 1000))
    }

    @Test func `numbers at the end of their range do not trap`() {
        var meter = ProgressMeter()
        meter.update(progress(0, 0, of: .max, .max), at: start)
        meter.update(progress(.max, .max, of: .max, .max), at: start + .nanoseconds(1))
        #expect(meter.percent == 99)
        #expect(meter.secondsLeft == 0)
    }
}
