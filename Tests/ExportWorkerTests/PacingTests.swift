import Linux
import Synchronization
import Testing

@testable import ExportWorker

@Suite(.timeLimit(.minutes(2)))
struct PacingTests {
    /// Threads that work in very short pieces until they are told to stop, and how many of them did at once.
    private final class Crowd: Sendable {
        let pacing = Pacing()
        let isOver = Atomic(false)
        let pieces = Atomic<Int>(0)
        let atWork = Atomic<Int>(0)
        let most = Atomic<Int>(0)

        func start() throws -> [Linux.Thread] {
            try (0..<6).map { number in
                try Thread.start(named: "worker") { [self] in
                    while !isOver.load(ordering: .relaxed) {
                        pacing.enter()
                        for _ in 0..<(number % 3) {
                            piece()
                            pacing.pass()
                        }
                        piece()
                        pacing.leave()
                        pacing.wait()
                    }
                }
            }
        }

        private func piece() {
            let count = atWork.add(1, ordering: .relaxed).newValue
            most.max(count, ordering: .relaxed)
            pieces.add(1, ordering: .relaxed)
            pause(for: .microseconds(50))
            atWork.subtract(1, ordering: .relaxed)
        }

        func follow(_ passage: PacingPlan.Step.Passage, for duration: Duration) {
            pacing.follow(PacingPlan.Step(passage: passage, duration: duration, awaitsEnd: passage == .closed))
        }
    }

    @Test func `nobody works while the passage is closed, one while it is single, and everybody afterwards`() throws {
        let crowd = Crowd()
        let threads = try crowd.start()
        for _ in 0..<20 {
            crowd.follow(.closed, for: .milliseconds(1))
            #expect(crowd.atWork.load(ordering: .relaxed) == 0)
            let before = crowd.pieces.load(ordering: .relaxed)
            crowd.follow(.closed, for: .milliseconds(5))
            #expect(crowd.pieces.load(ordering: .relaxed) == before)
            crowd.most.store(0, ordering: .relaxed)
            crowd.follow(.single, for: .milliseconds(20))
            #expect(crowd.pieces.load(ordering: .relaxed) > before)
            #expect(crowd.most.load(ordering: .relaxed) == 1)
            #expect(crowd.pacing.isShared)
        }
        let before = crowd.pieces.load(ordering: .relaxed)
        crowd.follow(.open, for: .milliseconds(50))
        #expect(crowd.pieces.load(ordering: .relaxed) > before)
        #expect(!crowd.pacing.isShared)
        crowd.isOver.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
    }

    @Test func `nobody is left waiting, however often it changes`() throws {
        let crowd = Crowd()
        let threads = try crowd.start()
        for round in 0..<2000 {
            let passages: [PacingPlan.Step.Passage] = [.closed, .single, .closed, .open, .single, .open]
            let passage = passages[round % passages.count]
            crowd.pacing.follow(PacingPlan.Step(passage: passage, duration: .microseconds(100)))
        }
        crowd.follow(.open, for: .zero)
        crowd.isOver.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        #expect(crowd.atWork.load(ordering: .relaxed) == 0)
    }

    @Test func `a question does not change how files are read`() {
        let pacing = Pacing()
        pacing.follow(PacingPlan.Step(passage: .closed, duration: .zero))
        #expect(!pacing.isShared)
        pacing.follow(PacingPlan.Step(passage: .single, duration: .zero))
        pacing.follow(PacingPlan.Step(passage: .closed, duration: .zero))
        #expect(pacing.isShared)
    }
}
