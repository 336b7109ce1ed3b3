import Linux

/// For how long programs have waited for the disk and for the processor, ever: two counters of microseconds.
struct Pressure: Equatable {
    var io: UInt64
    var cpu: UInt64
}

/// What others wait for while an export holds back.
enum ScarceResource: Sendable, CaseIterable {
    case disk
    case processor

    /// The sentence that says so.
    var reason: String {
        switch self {
        case .disk: "Other programs wait for the disk."
        case .processor: "Other programs wait for the processor."
        }
    }
}

/// Which part of an interval at least one program waited in, 0 to 1.
struct PressureShare: Equatable {
    var disk = 0.0
    var processor = 0.0

    init(disk: Double = 0, processor: Double = 0) {
        self.disk = disk
        self.processor = processor
    }

    /// Between two looks; counters that went backwards, or further than time did, tell no more than they can.
    init(from earlier: Pressure?, to later: Pressure?, over elapsed: Duration) {
        guard let earlier, let later, elapsed > .zero else { return }
        let microseconds = elapsed / .microseconds(1)
        func share(_ before: UInt64, _ after: UInt64) -> Double {
            after > before ? min(1, Double(after - before) / microseconds) : 0
        }
        disk = share(earlier.io, later.io)
        processor = share(earlier.cpu, later.cpu)
    }

    /// Comes nearer to `other` by a part of the way, 0 to 1.
    mutating func move(towards other: PressureShare, by part: Double) {
        disk += (other.disk - disk) * part
        processor += (other.processor - processor) * part
    }

    /// What programs wait for more than `limit` allows; the disk first.
    func scarceResource(above limit: PressureShare) -> ScarceResource? {
        if disk > limit.disk { return .disk }
        return processor > limit.processor ? .processor : nil
    }
}
