import Linux
import Synchronization

/// What the threads of an export pass through before each piece of work on a disk, so that all of it can be held back.
///
/// While nothing is, that costs an atomic operation or two.
package final class Pacing: Sendable {
    /// How the export holds back, for a report.
    package struct Report: Sendable, Equatable {
        /// What others wait for, while it does.
        var resource: ScarceResource?
        /// How long it has paused in all.
        var timeHeldBack: Duration = .zero
    }

    private static let open: UInt8 = 0
    private static let single: UInt8 = 1
    private static let closed: UInt8 = 2

    private let passage = Atomic<UInt8>(open)
    /// How many threads work on a disk now.
    private let working = Atomic<Int>(0)
    private let sharing = Atomic(false)
    private let turns = Monitor(())
    private let present = Mutex(Report())

    package init() {}

    /// How the export holds back at present.
    package var report: Report {
        get { present.withLock { $0 } }
        set { present.withLock { $0 = newValue } }
    }

    /// Whether the disk is shared with others, so that work is to be done in small pieces.
    var isShared: Bool { sharing.load(ordering: .relaxed) }

    private var isOpen: Bool { passage.load(ordering: .relaxed) == Self.open }

    /// Starts work, when that is allowed.
    func enter() {
        // Either this thread sees that the passage is closed, or who has closed it sees this thread.
        working.wrappingAdd(1, ordering: .sequentiallyConsistent)
        guard passage.load(ordering: .sequentiallyConsistent) != Self.open else { return }
        leave()
        turns.wait { _ -> Void? in
            switch passage.load(ordering: .sequentiallyConsistent) {
            case Self.open:
                working.wrappingAdd(1, ordering: .sequentiallyConsistent)
                return ()
            case Self.single:
                let isFree = working.compareExchange(
                    expected: 0,
                    desired: 1,
                    ordering: .sequentiallyConsistent
                ).exchanged
                return isFree ? () : nil
            default:
                return nil
            }
        }
    }

    /// Ends work.
    func leave() {
        working.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        guard !isOpen else { return }
        // Whoever looked in vain before is waiting by now.
        turns.withLock { _ in }
        turns.signal()
    }

    /// Between two pieces of work: lets others have their turn, when they are to have it.
    func pass() {
        guard !isOpen else { return }
        leave()
        enter()
    }

    /// Before a piece of work that is not watched for its end: waits until it is allowed.
    package func wait() {
        guard !isOpen else { return }
        enter()
        leave()
    }

    /// Says how the export may go on, and does so once it is.
    func follow(_ step: PacingPlan.Step) {
        let value =
            switch step.passage {
            case .open: Self.open
            case .single: Self.single
            case .closed: Self.closed
            }
        // A question does not change how work is done.
        if step.passage != .closed { sharing.store(step.passage == .single, ordering: .relaxed) }
        turns.withLock { _ in passage.store(value, ordering: .sequentiallyConsistent) }
        turns.broadcast()
        guard step.awaitsEnd else { return pause(for: step.duration) }
        // A disk that does not answer is somebody else's to report.
        let deadline = ContinuousClock.now + .seconds(1)
        while working.load(ordering: .sequentiallyConsistent) > 0, ContinuousClock.now < deadline {
            pause(for: .milliseconds(1))
        }
        pause(for: step.duration)
    }
}
