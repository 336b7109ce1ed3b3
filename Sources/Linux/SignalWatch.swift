import Dispatch
import Glibc
import Synchronization

/// Takes signals that would otherwise end the process, for as long as it lives or somebody listens.
///
/// A signal that comes while nobody listens is kept for who listens next. One that the process was started to ignore, as
/// by nohup(1), stays ignored.
public final class SignalWatch: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<Int32>.Continuation] = [:]
        var kept: Int32?
        var lastID: UInt64 = 0
    }

    private struct Sources: @unchecked Sendable {  // set in `init`, and cancelled in `deinit` only
        let all: [any DispatchSourceSignal]
    }

    private let state: Shared
    private let sources: Sources

    private final class Shared: Sendable {
        let state = Mutex(State())

        func deliver(_ number: Int32) {
            state.withLock { state in
                if state.listeners.isEmpty { state.kept = number }
                state.listeners.values.forEach { $0.yield(number) }
            }
        }
    }

    /// Takes the signals of these numbers from now on; a signal is to be watched once at a time.
    public init(_ numbers: [Int32]) {
        let state = Shared()
        let queue = DispatchQueue(label: "tech.noreya.signals")
        self.state = state
        sources = Sources(
            all: numbers.filter { !Self.isIgnored($0) }.map { number in
                // The source only watches: without this the signal would end the process all the same.
                _ = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { state.deliver(number) }
                source.setCancelHandler { _ = signal(number, SIG_DFL) }
                source.activate()
                return source
            }
        )
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
    }

    deinit {
        sources.all.forEach { $0.cancel() }
    }

    /// The signals from now on, and the last one that nobody listened to.
    public func signals() -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let id = state.state.withLock { state in
            state.lastID += 1
            state.listeners[state.lastID] = continuation
            if let kept = state.kept { continuation.yield(kept) }
            state.kept = nil
            return state.lastID
        }
        continuation.onTermination = { [self] _ in
            state.state.withLock { $0.listeners[id] = nil }
        }
        return stream
    }
}
