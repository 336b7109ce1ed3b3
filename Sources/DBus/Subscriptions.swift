/// Who listens to which signals, and who owns the names they listen to.
struct Subscriptions {
    private struct Subscription {
        let rule: MatchRule
        let continuation: AsyncStream<Signal>.Continuation
    }

    private struct Followed {
        var subscriptionCount = 0
        /// Nil while the bus has not answered yet; empty where nobody owns the name.
        var owner: String?
    }

    private var subscriptions: [UInt64: Subscription] = [:]
    private var followed: [String: Followed] = [:]
    private var lastID: UInt64 = 0

    mutating func add(_ rule: MatchRule, _ continuation: AsyncStream<Signal>.Continuation) -> UInt64 {
        lastID += 1
        subscriptions[lastID] = Subscription(rule: rule, continuation: continuation)
        if let name = rule.wellKnownSender { followed[name, default: Followed()].subscriptionCount += 1 }
        return lastID
    }

    /// Ends a subscription; its rule, if there was one of this id.
    mutating func remove(_ id: UInt64) -> MatchRule? {
        guard let subscription = subscriptions.removeValue(forKey: id) else { return nil }
        subscription.continuation.finish()
        if let name = subscription.rule.wellKnownSender {
            followed[name]?.subscriptionCount -= 1
            if followed[name]?.subscriptionCount == 0 { followed[name] = nil }
        }
        return subscription.rule
    }

    mutating func finish() {
        let ended = subscriptions
        subscriptions = [:]
        followed = [:]
        ended.values.forEach { $0.continuation.finish() }
    }

    /// Notes what the bus said when asked; what it said of its own accord since is newer.
    mutating func resolve(_ name: String, owner: String) {
        if followed[name]?.owner == nil { followed[name]?.owner = owner }
    }

    mutating func ownerChanged(_ name: String, to owner: String) {
        followed[name]?.owner = owner
    }

    /// Who wants a signal with this header.
    func listeners(
        sender: String,
        interface: String,
        member: String,
        path: String
    ) -> [AsyncStream<Signal>.Continuation] {
        subscriptions.values.filter { subscription in
            let rule = subscription.rule
            return rule.interface == interface
                && (rule.member ?? member) == member
                && (rule.path ?? path) == path
                && isSender(sender, of: rule)
        }.map(\.continuation)
    }

    /// A message can be sent to this connection directly, past the rules of the bus: its sender must be who was asked
    /// for.
    private func isSender(_ sender: String, of rule: MatchRule) -> Bool {
        guard let name = rule.wellKnownSender else { return (rule.sender ?? sender) == sender }
        return followed[name]?.owner == sender
    }
}
