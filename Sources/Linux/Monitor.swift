import Glibc

/// State that threads share and wait on: a mutex with a fixed number of condition variables.
///
/// For threads that may block. What asynchronous code shares belongs in a `Mutex`.
public final class Monitor<State>: @unchecked Sendable {  // `state` is only touched with `mutex` held
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutableBufferPointer<pthread_cond_t>
    private let state: UnsafeMutablePointer<State>

    /// Creates a monitor of `state` with condition variables 0 ..< `conditionCount`.
    public init(_ state: State, conditionCount: Int = 1) {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        conditions = .allocate(capacity: conditionCount)
        for index in conditions.indices { pthread_cond_init(&conditions[index], nil) }
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
    }

    deinit {
        for index in conditions.indices { pthread_cond_destroy(&conditions[index]) }
        pthread_mutex_destroy(mutex)
        state.deinitialize(count: 1)
        state.deallocate()
        conditions.deallocate()
        mutex.deallocate()
    }

    /// Calls `body` with the state while no other thread touches it.
    public func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }

    /// Calls `body` until it returns something, each time but the first after `condition` was signalled; blocks in between.
    public func wait<Result>(for condition: Int = 0, _ body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state.pointee) { return result }
            pthread_cond_wait(&conditions[condition], mutex)
        }
    }

    /// Lets one thread that waits for `condition` look again.
    public func signal(_ condition: Int = 0) {
        pthread_cond_signal(&conditions[condition])
    }

    /// Lets all threads that wait for `condition` look again.
    public func broadcast(_ condition: Int = 0) {
        pthread_cond_broadcast(&conditions[condition])
    }
}
