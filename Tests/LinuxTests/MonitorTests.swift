import Linux
import Testing

struct MonitorTests {
    @Test func `threads share a monitor's state and wake each other`() throws {
        let monitor = Monitor((turn: 0, log: [Int]()), conditionCount: 2)
        let threads = try (0..<2).map { number in
            try Thread.start(named: "number-\(number)") {
                for _ in 0..<1000 {
                    monitor.wait(for: number) { state -> Void? in
                        guard state.turn == number else { return nil }
                        state.log.append(number)
                        state.turn = 1 - number
                        return ()
                    }
                    monitor.signal(1 - number)
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(monitor.withLock { $0.log } == (0..<2000).map { $0 % 2 })
    }
}
