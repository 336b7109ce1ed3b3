import Testing

@testable import ExportWorker

struct PacingPlanTests {
    /// A machine in which others wait as a script says, and the export waits whenever it works.
    private struct Machine {
        var plan = PacingPlan()
        var time: Duration = .zero
        var pressure = Pressure(io: 5_000_000, cpu: 7_000_000)
        var ownWaiting = PressureShare()
        var timeAtWork: Duration = .zero
        var reasons: [String] = []

        /// Lets `duration` pass, with `others` waiting.
        mutating func run(for duration: Duration, others: (Duration) -> PressureShare) {
            let end = time + duration
            while time < end {
                let step = plan.next(pressure, at: time)
                let reason = plan.resource?.reason ?? ""
                if reason != reasons.last { reasons.append(reason) }
                let isAtWork = step.passage != .closed
                if isAtWork { timeAtWork += step.duration }
                let own = isAtWork ? ownWaiting : PressureShare()
                let others = others(time)
                let microseconds = step.duration / .microseconds(1)
                pressure.io += UInt64(max(own.disk, others.disk) * microseconds)
                pressure.cpu += UInt64(max(own.processor, others.processor) * microseconds)
                time += step.duration
            }
        }
    }

    @Test(arguments: [
        PressureShare(), PressureShare(disk: 1, processor: 1), PressureShare(disk: 0.5), PressureShare(processor: 0.9),
    ])
    func `an export that is alone is held for less than 3 percent of the time, whatever it waits for`(
        own: PressureShare
    ) {
        for seconds in [2, 10, 600] {
            var machine = Machine(ownWaiting: own)
            machine.run(for: .seconds(seconds)) { _ in PressureShare() }
            #expect(machine.timeAtWork >= machine.time * 0.97)
            #expect(machine.reasons == [""])
            #expect(machine.plan.timeHeldBack == .zero)
        }
    }

    @Test func `while others wait for the disk an export backs off to a tenth of the time, and no further`() {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        machine.run(for: .seconds(1)) { _ in PressureShare(disk: 0.8) }
        #expect(machine.reasons == ["", "Other programs wait for the disk."])
        #expect(abs(machine.plan.duty - 0.1) < 0.01)
        machine.timeAtWork = .zero
        machine.run(for: .seconds(60)) { _ in PressureShare(disk: 0.8) }
        let share = machine.timeAtWork / .seconds(60)
        #expect(share > 0.09 && share < 0.11)
        #expect(machine.plan.timeHeldBack > .seconds(50))
    }

    @Test(arguments: [(0.2, 0.65, 0.75), (0.4, 0.35, 0.45), (0.58, 0.1, 0.2), (0.7, 0.09, 0.11)])
    func `the more others wait, the less it works`(waiting: Double, least: Double, most: Double) {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        machine.run(for: .seconds(2)) { _ in PressureShare(disk: waiting) }
        machine.timeAtWork = .zero
        machine.run(for: .seconds(60)) { _ in PressureShare(disk: waiting) }
        let share = machine.timeAtWork / .seconds(60)
        #expect(share > least && share < most)
    }

    @Test func `waiting that comes and goes in short bursts is seen as what it is on average`() {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        var random: UInt64 = 7
        machine.run(for: .seconds(60)) { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return PressureShare(disk: random >> 33 & 3 == 0 ? 0.8 : 0)
        }
        #expect(machine.timeAtWork / machine.time > 0.5)
    }

    @Test func `for those that wait for the processor it backs off less, as they get it first anyway`() {
        var machine = Machine(ownWaiting: PressureShare(processor: 1))
        machine.run(for: .seconds(10)) { _ in PressureShare(processor: 1) }
        #expect(machine.reasons == ["", "Other programs wait for the processor."])
        #expect(abs(machine.plan.duty - 0.5) < 0.01)
        machine.run(for: .seconds(10)) { _ in PressureShare(disk: 1, processor: 1) }
        #expect(machine.reasons.last == "Other programs wait for the disk.")
        #expect(abs(machine.plan.duty - 0.1) < 0.01)
        machine.run(for: .seconds(10)) { _ in PressureShare(processor: 1) }
        #expect(abs(machine.plan.duty - 0.5) < 0.01)
    }

    @Test func `it goes on soon after the others have stopped, and at full speed`() {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        machine.run(for: .seconds(30)) { _ in PressureShare(disk: 1) }
        #expect(abs(machine.plan.duty - 0.1) < 0.01)
        machine.run(for: .seconds(3)) { _ in PressureShare() }
        #expect(machine.plan.resource == nil)
        #expect(machine.reasons == ["", "Other programs wait for the disk.", ""])
        machine.timeAtWork = .zero
        machine.run(for: .seconds(30)) { _ in PressureShare() }
        #expect(machine.timeAtWork > .seconds(29))
    }

    @Test func `others that come late are noticed within seconds`() {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        machine.run(for: .seconds(300)) { _ in PressureShare() }
        machine.run(for: .seconds(4)) { _ in PressureShare(disk: 1) }
        #expect(machine.plan.resource == .disk)
    }

    @Test func `others that come and go neither stop an export nor have it forget them`() {
        var machine = Machine(ownWaiting: PressureShare(disk: 1))
        machine.run(for: .seconds(120)) { time in
            PressureShare(disk: time.components.seconds.isMultiple(of: 2) ? 1 : 0)
        }
        let share = machine.timeAtWork / machine.time
        #expect(share > 0.1 && share < 0.9)
    }

    @Test func `little waiting of others changes nothing`() {
        var machine = Machine()
        machine.run(for: .seconds(60)) { _ in PressureShare(disk: 0.1, processor: 0.4) }
        #expect(machine.reasons == [""])
        #expect(machine.timeAtWork >= machine.time * 0.97)
    }

    @Test(arguments: [nil, Pressure(io: 0, cpu: 0), Pressure(io: .max, cpu: .max)])
    func `counters that are gone, jump or go backwards leave an export bounded`(strange: Pressure?) {
        var plan = PacingPlan()
        var time: Duration = .zero
        var timeAtWork: Duration = .zero
        for look in 0..<100_000 {
            let counted = UInt64(time / .microseconds(1))
            let step = plan.next(look % 7 == 3 ? strange : Pressure(io: counted, cpu: counted), at: time)
            #expect(step.duration > .zero && step.duration <= .seconds(1))
            if step.passage != .closed { timeAtWork += step.duration }
            time += step.duration
        }
        #expect(timeAtWork > time * 0.09)
    }

    @Test func `a clock that stands still or jumps does no harm`() {
        var plan = PacingPlan()
        for time in [Duration.zero, .zero, .seconds(5), .seconds(4), .seconds(1 << 40), .zero] {
            for _ in 0..<10 { #expect(plan.next(Pressure(io: 1, cpu: 1), at: time).duration > .zero) }
        }
    }

    @Test func `work that takes long to end makes the pause longer, but not without bound`() {
        var plan = PacingPlan()
        var machine = Machine()
        machine.run(for: .seconds(5)) { _ in PressureShare(disk: 1) }
        plan = machine.plan
        var time = machine.time
        var pauses: [Duration] = []
        for _ in 0..<20 {
            let step = plan.next(Pressure(io: UInt64(time / .microseconds(1)), cpu: 0), at: time)
            // What was begun in a turn ends late.
            time += step.duration + (step.awaitsEnd ? .milliseconds(15) : .zero)
            if step.passage == .closed, !step.awaitsEnd { pauses.append(step.duration) }
        }
        #expect(pauses.allSatisfy { $0 > .milliseconds(100) && $0 <= PacingPlan.longestPause })
    }
}
