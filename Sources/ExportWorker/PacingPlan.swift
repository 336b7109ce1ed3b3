import Linux

/// Decides when an export works and when it holds back, from what the kernel tells of who waits.
///
/// The kernel counts everybody's waiting, the export's own too. So when there is some, the export stops for a moment and
/// looks whether it goes on: then others wait. From then on it works in short turns, with pauses that grow while the others
/// still wait in them, and shrink when they don't. When the waiting was its own, it asks less and less often.
struct PacingPlan {
    /// How the export may go on, for how long; then it is to ask again.
    struct Step: Equatable {
        enum Passage: Equatable {
            /// Everybody works.
            case open
            /// One thread at a time works.
            case single
            /// Nobody starts anything.
            case closed
        }

        var passage: Passage
        var duration: Duration
        /// Whether the duration starts when what was begun has ended.
        var awaitsEnd = false
    }

    private enum State {
        case working
        case taking(turnSince: Duration)
        case settling(worked: Duration, requested: Duration)
        case looking
    }

    /// How often is looked whether anybody waits.
    static let lookInterval: Duration = .milliseconds(200)
    /// How long a question takes: until what was begun is over with, and then to look.
    static let settling: Duration = .milliseconds(3)
    static let looking: Duration = .milliseconds(15)
    /// The times between two questions when nobody else waits.
    static let shortestInterval: Duration = .milliseconds(500)
    static let longestInterval: Duration = .seconds(3)
    /// How long a turn is while others wait, and a pause at most.
    static let turn: Duration = .milliseconds(10)
    static let longestPause: Duration = .seconds(1)
    /// The waiting that is worth a question, and that which is taken for an answer.
    static let suspicion = PressureShare(disk: 0.05, processor: 0.3)
    static let answer = PressureShare(disk: 0.15, processor: 0.5)
    /// The part of the time in which an export works at least: SCHED_IDLE has it give way for the processor already.
    static func leastDuty(_ resource: ScarceResource) -> Double { resource == .disk ? 0.1 : 0.5 }
    static let dutyStep = 0.05

    /// What others wait for, while the export holds back for them.
    private(set) var resource: ScarceResource?
    /// How long it has paused for others in all.
    private(set) var timeHeldBack: Duration = .zero
    /// The part of the time in which it works.
    private(set) var duty = 1.0

    private var state = State.working
    private var last: (time: Duration, pressure: Pressure?) = (.zero, nil)
    private var interval = shortestInterval
    private var nextQuestion: Duration = .zero
    private var heldBackSince: Duration = .zero

    /// What to do next.
    /// - Parameters:
    ///   - pressure: The counters now; nil when they can't be read.
    ///   - time: Since some start; after what the last step asked for.
    mutating func next(_ pressure: Pressure?, at time: Duration) -> Step {
        let elapsed = time - last.time
        let share = PressureShare(from: last.pressure, to: pressure, over: elapsed)
        last = (time, pressure)
        switch state {
        case .working:
            guard share.scarceResource(above: Self.suspicion) != nil, time >= nextQuestion else {
                return Step(passage: .open, duration: Self.lookInterval)
            }
            return settle(for: Self.settling, after: .zero)
        case .taking(let start):
            return settle(for: max(Self.settling, pause(after: time - start) / 3), after: time - start)
        case .settling(let worked, let requested):
            state = .looking
            if resource != nil { timeHeldBack += elapsed }
            // What had begun and took its time was work.
            let pause = pause(after: worked + max(.zero, elapsed - requested))
            let rest = resource == nil ? Self.looking : max(Self.looking / 2, pause - requested)
            return Step(passage: .closed, duration: rest)
        case .looking:
            if resource != nil { timeHeldBack += elapsed }
            return decide(share.scarceResource(above: Self.answer), at: time)
        }
    }

    private mutating func decide(_ scarce: ScarceResource?, at time: Duration) -> Step {
        switch (scarce, resource) {
        case (nil, nil):
            nextQuestion = time + interval
            interval = min(interval * 2, Self.longestInterval)
            return work()
        case (let scarce?, nil):
            resource = scarce
            heldBackSince = time
            duty = 0.5
        case (let scarce?, _):
            resource = scarce
            duty = max(duty / 2, Self.leastDuty(scarce))
        case (nil, _):
            duty += Self.dutyStep
            if duty >= 1 { return goOn(at: time) }
        }
        state = .taking(turnSince: time)
        return Step(passage: .single, duration: Self.turn)
    }

    private mutating func settle(for duration: Duration, after worked: Duration) -> Step {
        state = .settling(worked: worked, requested: duration)
        return Step(passage: .closed, duration: duration, awaitsEnd: true)
    }

    private func pause(after worked: Duration) -> Duration {
        min(Self.longestPause, worked * ((1 - duty) / duty))
    }

    private mutating func goOn(at time: Duration) -> Step {
        resource = nil
        duty = 1
        // Others that had waited for a while may well come back.
        if time - heldBackSince > .seconds(2) { interval = Self.shortestInterval }
        nextQuestion = time + interval
        return work()
    }

    private mutating func work() -> Step {
        state = .working
        return Step(passage: .open, duration: Self.lookInterval)
    }
}
