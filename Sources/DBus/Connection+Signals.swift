extension Connection {
    /// Signals buffered for who does not take them as fast as they come; the oldest are dropped.
    private static let bufferedSignals = 1024

    /// Emits a signal to whoever listens.
    ///
    /// - Throws: `InvalidArgs` for a malformed name or value; `LimitsExceeded` where too much waits for the bus to take
    ///   it; `Disconnected`.
    public func emit(
        path: String,
        interface: String,
        member: String,
        _ arguments: [Value]
    ) throws(DBusError) {
        try send(try Message.signal(path, interface, member, arguments))
    }

    /// The signals that match; nil stands for any. The stream ends when the bus goes.
    ///
    /// `sender` may be a well-known name; then only the signals of its present owner come. Of a stream that is not
    /// read, the latest 1024 signals are kept.
    /// - Throws: `InvalidArgs` for a malformed name; what the bus answers to the match rule.
    public func signals(
        sender: String?,
        interface: String,
        member: String?,
        path: String?
    ) async throws(DBusError) -> AsyncStream<Signal> {
        let rule = try MatchRule(sender: sender, interface: interface, member: member, path: path)
        let (stream, continuation) = AsyncStream.makeStream(
            of: Signal.self,
            bufferingPolicy: .bufferingNewest(Self.bufferedSignals)
        )
        let id = subscriptions.add(rule, continuation)
        do {
            if let name = rule.wellKnownSender { try await followOwner(of: name) }
            _ = try await callBus("AddMatch", [.string(rule.text)])
        } catch {
            unsubscribe(id)
            throw error
        }
        continuation.onTermination = { [weak self] _ in
            self?.enqueue { $0.unsubscribe(id) }
        }
        return stream
    }

    private func followOwner(of name: String) async throws(DBusError) {
        _ = try await callBus("AddMatch", [.string(MatchRule.ownerChanges(of: name))])
        do throws(DBusError) {
            let owner = try await callBus("GetNameOwner", [.string(name)]).first?.string
            subscriptions.resolve(name, owner: owner ?? "")
        } catch {
            guard error.isStandard("NameHasNoOwner") else { throw error }
            subscriptions.resolve(name, owner: "")
        }
    }

    private func unsubscribe(_ id: UInt64) {
        guard let rule = subscriptions.remove(id) else { return }
        var texts = [rule.text]
        if let name = rule.wellKnownSender { texts.append(MatchRule.ownerChanges(of: name)) }
        for text in texts {
            // The bus answers with an error where a rule was never added, and drops all of them with the connection.
            try? callWithoutReply(Bus.name, Bus.path, Bus.interface, "RemoveMatch", [.string(text)])
        }
    }

    func receiveSignal(_ message: Message) {
        guard let sender = message.sender, let interface = message.interface,
            let member = message.member, let path = message.path
        else { return }
        if sender == Bus.name, interface == Bus.interface, member == "NameOwnerChanged" { ownerChanged(message) }
        let listeners = subscriptions.listeners(sender: sender, interface: interface, member: member, path: path)
        guard !listeners.isEmpty, let arguments = try? message.values() else { return }
        let signal = Signal(sender: sender, path: path, interface: interface, member: member, arguments: arguments)
        for listener in listeners { listener.yield(signal) }
    }

    private func ownerChanged(_ message: Message) {
        guard let arguments = try? message.values().compactMap(\.string), arguments.count == 3 else { return }
        subscriptions.ownerChanged(arguments[0], to: arguments[2])
        if arguments[2].isEmpty { vanishings.vanished(arguments[0]) }
    }
}
