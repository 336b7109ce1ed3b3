import Glibc
import Linux
import Testing

/// Each test has a signal of its own, because they run at the same time.
@Suite(.timeLimit(.minutes(5)))
struct SignalWatchTests {
    @Test func `a signal is taken again and again`() async throws {
        let number = SIGVTALRM
        for _ in 0..<3 {
            let watch = SignalWatch([number])
            for _ in 0..<3 {
                var signals = watch.signals().makeAsyncIterator()
                kill(getpid(), number)
                #expect(await signals.next() == number)
            }
        }
    }

    @Test func `a signal that comes while nobody listens is kept`() async throws {
        let number = SIGPROF
        let watch = SignalWatch([number])
        kill(getpid(), number)
        try await Task.sleep(for: .milliseconds(100))
        var signals = watch.signals().makeAsyncIterator()
        #expect(await signals.next() == number)
    }

    @Test func `every listener gets a signal`() async throws {
        let number = SIGXCPU
        let watch = SignalWatch([number])
        var first = watch.signals().makeAsyncIterator()
        var second = watch.signals().makeAsyncIterator()
        kill(getpid(), number)
        #expect(await first.next() == number)
        #expect(await second.next() == number)
    }

    @Test func `a signal is taken for as long as somebody listens`() async throws {
        let number = SIGXFSZ
        var signals = SignalWatch([number]).signals().makeAsyncIterator()
        kill(getpid(), number)
        #expect(await signals.next() == number)
    }

    @Test func `a signal does again what it did before, once the watch is stopped`() async throws {
        let number = SIGURG
        let watch = SignalWatch([number])
        let signals = watch.signals()
        let listener = Task {
            for await _ in signals { return true }
            return false
        }
        watch.stop()
        // Nobody minds this one.
        kill(getpid(), number)
        try await Task.sleep(for: .milliseconds(100))
        listener.cancel()
        #expect(await listener.value == false)
    }

    @Test func `a signal that is ignored stays ignored`() async throws {
        let number = SIGPWR
        _ = signal(number, SIG_IGN)
        let watch = SignalWatch([number])
        let signals = watch.signals()
        let listener = Task {
            for await _ in signals { return true }
            return false
        }
        kill(getpid(), number)
        try await Task.sleep(for: .milliseconds(100))
        listener.cancel()
        #expect(await listener.value == false)
    }
}
