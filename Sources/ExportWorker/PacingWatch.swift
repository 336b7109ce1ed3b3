package import Linux

/// The thread that looks who waits, and has the export work or hold back accordingly.
package struct PacingWatch: ~Copyable {
    private let io: PressureStall
    private let cpu: PressureStall
    private let pacing: Pacing
    private let events: EventLine
    private var plan = PacingPlan()
    private var notes = PacingNotes()

    /// Starts it, unless the kernel does not tell who waits: then a note says so.
    package static func start(_ pacing: Pacing, _ events: EventLine) throws(LinuxError) {
        _ = try Thread.start(named: "pacing") {
            guard let io = PressureStall.open(.io), let cpu = PressureStall.open(.cpu) else {
                return events.note(
                    "The kernel does not tell whether other programs wait (/proc/pressure), so the export does not hold back "
                        + "for them; start the kernel with psi=1 if it should."
                )
            }
            var watch = PacingWatch(io: io, cpu: cpu, pacing: pacing, events: events)
            watch.run()
        }
    }

    private init(io: consuming PressureStall, cpu: consuming PressureStall, pacing: Pacing, events: EventLine) {
        self.io = io
        self.cpu = cpu
        self.pacing = pacing
        self.events = events
    }

    /// Goes on for as long as the process does.
    private mutating func run() {
        let start = ContinuousClock.now
        while true {
            let time = start.duration(to: .now)
            let step = plan.next(pressure, at: time)
            let report = Pacing.Report(resource: plan.resource, timeHeldBack: plan.timeHeldBack)
            pacing.report = report
            if let note = notes.next(report, at: time) { events.note(note) }
            pacing.follow(step)
        }
    }

    private var pressure: Pressure? {
        guard let io = io.total(), let cpu = cpu.total() else { return nil }
        return Pressure(io: io, cpu: cpu)
    }
}
