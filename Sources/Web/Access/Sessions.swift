import Configuration
import Synchronization
import WebTokens

/// A login at the page.
struct Session: Sendable {
    /// The token it was opened with.
    let token: Token
    /// What forms and scripts of ours send along, and other sites can't know.
    let antiForgery: String
    /// What the cookie's content is recognised by.
    let key: SecretDigest
    fileprivate let opened: ContinuousClock.Instant
    fileprivate var used: ContinuousClock.Instant
}

/// The logins there are, in memory alone: a restart ends them all.
final class Sessions: Sendable {
    /// The most there may be; the one that was used least recently makes room for another.
    static let maximumCount = 1000

    private let limits: WebConfiguration.Session
    private let sessions = Mutex<[SecretDigest: Session]>([:])

    init(_ limits: WebConfiguration.Session) {
        self.limits = limits
    }

    /// Opens a session for `token`, and returns the content of its cookie.
    func open(_ token: Token, now: ContinuousClock.Instant = .now) -> String? {
        let id = randomSecret()
        guard let key = SecretDigest(of: id) else { return nil }
        let session = Session(token: token, antiForgery: randomSecret(), key: key, opened: now, used: now)
        sessions.withLock { sessions in
            if sessions.count >= Self.maximumCount {
                sessions = sessions.filter { isAlive($0.value, now) }
            }
            if sessions.count >= Self.maximumCount, let oldest = sessions.min(by: { $0.value.used < $1.value.used }) {
                sessions[oldest.key] = nil
            }
            sessions[key] = session
        }
        return id
    }

    /// The session whose cookie is `id`, if its token is still one of `tokens`; it counts as used.
    func find(_ id: String, among tokens: TokenList, now: ContinuousClock.Instant = .now) -> Session? {
        guard id.utf8.count == 64, let key = SecretDigest(of: id) else { return nil }
        return sessions.withLock { sessions in
            guard var session = sessions[key] else { return nil }
            guard isAlive(session, now), tokens.tokens.contains(session.token) else {
                sessions[key] = nil
                return nil
            }
            session.used = now
            sessions[key] = session
            return session
        }
    }

    /// Whether `session` has not ended; that somebody asks does not count as use.
    func isOpen(_ session: Session, among tokens: TokenList, now: ContinuousClock.Instant = .now) -> Bool {
        guard let current = sessions.withLock({ $0[session.key] }) else { return false }
        return isAlive(current, now) && tokens.tokens.contains(current.token)
    }

    /// Ends a session.
    func close(_ session: Session) {
        sessions.withLock { $0[session.key] = nil }
    }

    private func isAlive(_ session: Session, _ now: ContinuousClock.Instant) -> Bool {
        now - session.opened < limits.lifetime && now - session.used < limits.idleTimeout
    }
}
