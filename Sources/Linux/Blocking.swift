import Dispatch

private let blockingQueue = DispatchQueue(label: "tech.noreya.blocking", attributes: .concurrent)

/// Runs `body`, which may block in system calls, on a thread outside the cooperative pool.
///
/// Swift's pool has as many threads as there are cores; a few blocking calls in it would stop everything else.
/// Cancelling the task does not interrupt `body`.
public func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        blockingQueue.async {
            continuation.resume(with: Swift.Result(catching: body))
        }
    }
}
