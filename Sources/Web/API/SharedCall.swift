/// One call for all who ask for the same at the same time.
///
/// Nobody gets an answer that was begun before he asked: who comes while a call is under way waits, with all others who do, for
/// the next. So there are never more than two, however many ask.
actor SharedCall<Value: Sendable> {
    private let call: @Sendable () async throws -> Value
    private var running: Task<Value, any Error>?
    private var waiting: Task<Value, any Error>?

    init(_ call: @escaping @Sendable () async throws -> Value) {
        self.call = call
    }

    /// The answer to a call that begins now or later.
    func value() async throws -> Value {
        if let waiting { return try await waiting.value }
        let before = running
        let task = Task {
            if let before {
                _ = await before.result
                promote()
            }
            return try await call()
        }
        if before == nil { running = task } else { waiting = task }
        defer { if running == task { running = nil } }
        return try await task.value
    }

    private func promote() {
        running = waiting
        waiting = nil
    }
}
