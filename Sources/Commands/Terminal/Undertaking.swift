import Linux

/// Something the service does during one call, of which it does not tell how far it is.
struct Undertaking: Sendable {
    /// What is done, such as `Taking the snapshot`.
    let doing: String
    /// What becomes of it when nobody waits any more, a sentence.
    let afterwards: String

    private static let quiet: Duration = .seconds(1)

    /// Runs `body`, which makes the call, and shows on a terminal for how long it has when it takes longer than a second.
    ///
    /// - Throws: `Interruption` where a signal ended the waiting, which has been told; what `body` throws.
    func run<Outcome: Sendable>(
        _ console: Console,
        _ body: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        var console = console
        console.watchSignals()
        let clock = Task { [console] in try await showTime(console) }
        do {
            let outcome = try await console.untilSignal(body)
            await end(clock, console)
            return outcome
        } catch {
            await end(clock, console)
            if error is Interruption { console.note(afterwards) }
            throw error
        }
    }

    private func showTime(_ console: Console) async throws {
        guard console.canRedrawErrors else { return }
        let start = ContinuousClock.now
        while true {
            try await Task.sleep(for: Self.quiet)
            let span = Moment.span(UInt64(clamping: start.duration(to: .now).components.seconds))
            console.show("\r\(doing)… \(span)".truncated(to: console.errorWidth - 1) + "\u{1B}[K")
        }
    }

    private func end(_ clock: Task<Void, any Error>, _ console: Console) async {
        clock.cancel()
        _ = await clock.result
        if console.canRedrawErrors { console.show("\r\u{1B}[K") }
    }
}
