import CLinux
import Dispatch
import Glibc
import Synchronization
import SystemPackage

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

    private let state = Mutex(State())
    private let numbers: [Int32]
    private let id: UInt64

    /// Takes the signals of these numbers from now on.
    public init(_ numbers: [Int32]) {
        self.numbers = numbers
        id = SignalPipe.shared?.newID() ?? 0
        for number in numbers {
            SignalPipe.shared?.add(id, number) { [weak self] in self?.deliver(number) }
        }
    }

    deinit {
        stop()
    }

    /// Lets the signals do again what they did before.
    public func stop() {
        for number in numbers { SignalPipe.shared?.remove(id, number) }
    }

    private func deliver(_ number: Int32) {
        state.withLock { state in
            if state.listeners.isEmpty { state.kept = number }
            state.listeners.values.forEach { $0.yield(number) }
        }
    }

    /// The signals from now on, and the last one that nobody listened to.
    public func signals() -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let id = state.withLock { state in
            state.lastID += 1
            state.listeners[state.lastID] = continuation
            if let kept = state.kept { continuation.yield(kept) }
            state.kept = nil
            return state.lastID
        }
        continuation.onTermination = { [self] _ in
            state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }
}

/// The one pipe into which watched signals are written as bytes; never closed, because a handler may run at any time.
///
/// Dispatch has signal sources, but they take effect some time after they were activated: a signal that comes before is
/// lost, or ends the process.
private final class SignalPipe: Sendable {
    /// Nil where no pipe could be made; signals then do what they always do.
    static let shared = SignalPipe()

    private typealias Watchers = [UInt64: @Sendable () -> Void]

    private struct State {
        var watchers: [Int32: Watchers] = [:]
        var lastID: UInt64 = 0
    }

    private struct Source: @unchecked Sendable {  // set in `init` and never touched again
        let read: any DispatchSourceRead
    }

    private let state = Mutex(State())
    private let source: Source

    private init?() {
        var ends: [Int32] = [-1, -1]
        guard nx_pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { return nil }
        let readEnd = ends[0]
        nx_signal_set_pipe(ends[1])
        let queue = DispatchQueue(label: "tech.noreya.signals")
        source = Source(read: DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: queue))
        source.read.setEventHandler { [weak self] in self?.drain(readEnd) }
        source.read.activate()
    }

    private func drain(_ readEnd: Int32) {
        var byte: UInt8 = 0
        while read(readEnd, &byte, 1) == 1 {
            let watchers = state.withLock { $0.watchers[Int32(byte)] ?? [:] }
            watchers.values.forEach { $0() }
        }
    }

    func newID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    func add(_ id: UInt64, _ number: Int32, _ deliver: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard state.watchers[number] != nil || nx_signal_watch(number) == 1 else { return }
            state.watchers[number, default: [:]][id] = deliver
        }
    }

    func remove(_ id: UInt64, _ number: Int32) {
        state.withLock { state in
            guard state.watchers[number]?.removeValue(forKey: id) != nil, state.watchers[number]?.isEmpty == true
            else { return }
            state.watchers[number] = nil
            nx_signal_unwatch(number)
        }
    }
}
