import Synchronization

/// How often a wrong token is answered, for each client and for all together.
///
/// It limits the work and the log, not the guessing, which 256 bits make hopeless. So a right token is let in whatever has
/// failed before: otherwise anybody who shares an address with its owner, as behind a proxy, could lock him out.
final class FailureLimiter: Sendable {
    /// So many failures at once, and one more after each interval.
    struct Allowance: Sendable {
        var burst: Int
        var interval: Duration
    }

    /// The most clients that are told apart; past that, those who failed longest ago are forgotten.
    static let maximumClientCount = 4096

    private struct State {
        /// When the last of the failures so far will be forgotten, which is the whole state of a leaky bucket.
        var clients: [String: ContinuousClock.Instant] = [:]
        var all: ContinuousClock.Instant?
    }

    private let perClient: Allowance
    private let overall: Allowance
    private let state = Mutex(State())

    init(
        perClient: Allowance = Allowance(burst: 10, interval: .seconds(6)),
        overall: Allowance = Allowance(burst: 200, interval: .milliseconds(100))
    ) {
        self.perClient = perClient
        self.overall = overall
    }

    /// Counts a failure of `client`; how long it is to wait where that was one too many.
    func noteFailure(of client: String, now: ContinuousClock.Instant = .now) -> Duration? {
        let client = Self.network(of: client)
        return state.withLock { state in
            if let wait = Self.wait(until: state.clients[client], perClient, now) { return wait }
            if let wait = Self.wait(until: state.all, overall, now) { return wait }
            state.all = max(state.all ?? now, now) + overall.interval
            state.clients[client] = max(state.clients[client] ?? now, now) + perClient.interval
            if state.clients.count > Self.maximumClientCount { Self.forget(&state.clients, now) }
            return nil
        }
    }

    /// How many clients are remembered.
    var clientCount: Int { state.withLock { $0.clients.count } }

    private static func wait(
        until empty: ContinuousClock.Instant?,
        _ allowance: Allowance,
        _ now: ContinuousClock.Instant
    ) -> Duration? {
        guard let empty else { return nil }
        let wait = (empty - now) - allowance.interval * (allowance.burst - 1)
        return wait > .zero ? wait : nil
    }

    /// Makes room for as many again, so that not each failure pays for it.
    private static func forget(_ clients: inout [String: ContinuousClock.Instant], _ now: ContinuousClock.Instant) {
        clients = clients.filter { $0.value > now }
        guard clients.count > maximumClientCount / 2 else { return }
        let kept = clients.sorted { $0.value > $1.value }.prefix(maximumClientCount / 2)
        clients = Dictionary(kept.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// The address, or of IPv6 the network of 64 bits, all of which one client may have.
    static func network(of client: String) -> String {
        guard client.contains(":") else { return client }
        let halves = client.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let groups = (halves.first ?? "").split(separator: ":")
        let isCompressed = halves.count == 2
        return groups.prefix(4).joined(separator: ":") + (isCompressed && groups.count < 4 ? "::" : "") + "/64"
    }
}
