import Testing

@testable import ExportWorker

struct PressureTests {
    private static let second: Duration = .seconds(1)

    @Test func `the share is the part of the time that the counters went on`() {
        let share = PressureShare(
            from: Pressure(io: 1_000_000, cpu: 5),
            to: Pressure(io: 1_250_000, cpu: 1_000_005),
            over: Self.second
        )
        #expect(share == PressureShare(disk: 0.25, processor: 1))
    }

    @Test(arguments: [
        (nil, Pressure(io: 9, cpu: 9), second), (Pressure(io: 9, cpu: 9), nil, second), (nil, nil, second),
        (Pressure(io: 9, cpu: 9), Pressure(io: 3, cpu: 0), second),
        (Pressure(io: 0, cpu: 0), Pressure(io: 9, cpu: 9), .zero),
        (Pressure(io: 0, cpu: 0), Pressure(io: 9, cpu: 9), .seconds(-1)),
    ])
    func `there is none where nothing can be told`(_ from: Pressure?, _ to: Pressure?, _ elapsed: Duration) {
        #expect(PressureShare(from: from, to: to, over: elapsed) == PressureShare())
    }

    @Test func `it is never more than all of the time`() {
        let share = PressureShare(from: Pressure(io: 0, cpu: 0), to: Pressure(io: .max, cpu: .max), over: Self.second)
        #expect(share == PressureShare(disk: 1, processor: 1))
    }
}
