import Linux

/// That a signal came that asks the process to end.
struct Interruption: Error {
    let signal: Int32

    /// What a shell reports of a process that the signal ended.
    var exitStatus: Int32 { 128 + signal }
}

extension Console {
    /// Has the signals that ask the process to end interrupt `untilSignal` instead.
    mutating func watchSignals() {
        signals = signals ?? SignalWatch(Signals.interrupting)
    }

    /// Runs `body`, and cancels it when a signal comes first.
    ///
    /// - Throws: `Interruption` in that case; what `body` throws.
    func untilSignal<Outcome: Sendable>(
        _ body: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        guard let signals else { return try await body() }
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            let received = signals.signals()
            group.addTask { try await body() }
            group.addTask {
                for await signal in received {
                    // Who asks again does not want to wait for the end of anything.
                    signals.stop()
                    throw Interruption(signal: signal)
                }
                return nil
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw CancellationError()
        }
    }
}
