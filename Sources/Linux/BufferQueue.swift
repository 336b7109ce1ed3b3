/// A fixed number of buffers that one thread fills and another empties, in turn.
public final class BufferQueue: Sendable {
    private static let free = 0
    private static let full = 1

    private struct State {
        var free: [ByteBuffer]
        var full: [ByteBuffer] = []
        var hasEnded = false
        var isStopped = false
    }

    private let state: Monitor<State>

    /// Makes `count` empty buffers of `capacity` bytes.
    public init(count: Int, capacity: Int) {
        let buffers = (0..<count).map { _ in ByteBuffer(capacity: capacity) }
        state = Monitor(State(free: buffers), conditionCount: 2)
    }

    /// Waits for an empty buffer to fill and ``put(_:)``; nil once nobody takes any more.
    public func nextFree() -> ByteBuffer? {
        state.wait(for: Self.free) { state -> ByteBuffer?? in
            if state.isStopped { return .some(nil) }
            guard let buffer = state.free.popLast() else { return nil }
            buffer.clear()
            return buffer
        }
    }

    /// Hands a filled buffer over.
    public func put(_ buffer: ByteBuffer) {
        state.withLock { $0.full.append(buffer) }
        state.signal(Self.full)
    }

    /// Says that no more buffers come.
    public func end() {
        state.withLock { $0.hasEnded = true }
        state.signal(Self.full)
    }

    /// Waits for a filled buffer, to be given back when it is empty; nil at the end.
    public func nextFull() -> ByteBuffer? {
        state.wait(for: Self.full) { state -> ByteBuffer?? in
            guard state.full.isEmpty else { return state.full.removeFirst() }
            return state.hasEnded ? .some(nil) : nil
        }
    }

    /// Gives back a buffer that was taken.
    public func giveBack(_ buffer: ByteBuffer) {
        state.withLock { $0.free.append(buffer) }
        state.signal(Self.free)
    }

    /// Says that no more buffers are taken.
    public func stop() {
        state.withLock { $0.isStopped = true }
        state.signal(Self.free)
    }
}
