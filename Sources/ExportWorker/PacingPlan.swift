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
    /// How long a turn is while others wait, at least and at most, and a pause at most.
    static let shortestTurn: Duration = .milliseconds(10)
    static let longestTurn: Duration = .milliseconds(200)
    static let longestPause: Duration = .milliseconds(200)
    /// Over how long the waiting in pauses is averaged.
    static let memory: Duration = .milliseconds(300)
    /// The waiting that is worth a question, and that which is taken for an answer.
    static let suspicion = PressureShare(disk: 0.05, processor: 0.3)
    static let answer = PressureShare(disk: 0.15, processor: 0.5)
    /// The part of the time in which an export works at least, as others wait this much. For the processor it gives way by
    /// SCHED_IDLE already.
    static func leastDuty(_ waiting: PressureShare, _ resource: ScarceResource) -> Double {
        switch resource {
        case .disk: max(0.1, 1 - 1.5 * waiting.disk)
        case .processor: max(0.5, 1 - waiting.processor / 2)
        }
    }
    static let dutyStep = 0.1

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
    private var waiting = PressureShare()

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
            guard resource != nil else { return answer(share, at: time) }
            timeHeldBack += elapsed
            waiting.move(towards: share, by: min(1, max(0, elapsed / Self.memory)))
            return adapt(at: time)
        }
    }

    /// What is done about the waiting that went on while the export stood still.
    private mutating func answer(_ share: PressureShare, at time: Duration) -> Step {
        guard let scarce = share.scarceResource(above: Self.answer) else {
            nextQuestion = time + interval
            interval = min(interval * 2, Self.longestInterval)
            return work()
        }
        resource = scarce
        waiting = share
        heldBackSince = time
        duty = max(0.5, Self.leastDuty(share, scarce))
        return takeTurn(at: time)
    }

    /// Works more or less, by the waiting in the last pauses.
    private mutating func adapt(at time: Duration) -> Step {
        if let scarce = waiting.scarceResource(above: Self.answer) {
            resource = scarce
            duty = max(duty / 2, Self.leastDuty(waiting, scarce))
        } else {
            duty += Self.dutyStep
            if duty > 0.99 { return goOn(at: time) }
        }
        return takeTurn(at: time)
    }

    private mutating func takeTurn(at time: Duration) -> Step {
        state = .taking(turnSince: time)
        // Long enough for a pause in which something can be seen.
        let turn = (Self.settling + Self.looking / 2) * (duty / max(1 - duty, 0.01))
        let duration = min(Self.longestTurn, max(Self.shortestTurn, turn))
        return Step(passage: resource == .disk ? .single : .open, duration: duration)
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
