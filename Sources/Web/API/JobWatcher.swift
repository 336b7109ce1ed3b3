import Documents
import Synchronization

/// What one who watches has not been told yet: the newest of each kind, so that a slow one misses steps, and never the end.
final class JobWatcher: Sendable {
    /// What there is to tell.
    struct News: Sendable {
        var job: BackupStatusDocument?
        var problem: Refusal?
        var hasChanged = false
    }

    /// Yields whenever there is something to take.
    let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let news = Mutex(News())

    init() {
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes what there is to tell.
    func take() -> News {
        news.withLock { news in
            defer { news = News() }
            return news
        }
    }

    func tell(job: BackupStatusDocument) {
        news.withLock {
            $0.job = job
            $0.problem = nil
        }
        wake.yield()
    }

    func tell(problem: Refusal) {
        news.withLock {
            $0.problem = problem
            $0.job = nil
        }
        wake.yield()
    }

    func tellChange() {
        news.withLock { $0.hasChanged = true }
        wake.yield()
    }

    /// Wakes who watches without news.
    func nudge() {
        wake.yield()
    }
}
