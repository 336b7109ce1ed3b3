import BackupModel
import DBus

/// One of the service's two objects: calls and signals, with errors in the model's terms.
struct RemoteObject: Sendable {
    let connection: Connection
    /// Bus name and interface, which are the same.
    let name: String
    let path: String
    let allowsInteraction: Bool
    /// Sees to it that somebody can be asked for a password, and says whether that worked.
    let onChallenge: (@Sendable () async -> Bool)?

    /// How long a question may take: longer than the service needs, and long enough to be asked for a password.
    private static let patience: Duration = .seconds(120)

    /// Calls a method that only tells something, of the service as it is or, without `startingService`, if it runs.
    func ask(
        _ member: String,
        _ arguments: [Value] = [],
        startingService: Bool = true
    ) async throws(BackupError) -> Value? {
        try await call(member, arguments, startingService: startingService, timeout: Self.patience).first
    }

    /// Calls a method that does something, which takes as long as it takes.
    @discardableResult
    func tell(_ member: String, _ arguments: [Value]) async throws(BackupError) -> [Value] {
        try await call(member, arguments, startingService: true, timeout: nil)
    }

    private func call(
        _ member: String,
        _ arguments: [Value],
        startingService: Bool,
        timeout: Duration?
    ) async throws(BackupError) -> [Value] {
        do throws(BackupError) {
            return try await callOnce(member, arguments, startingService: startingService, timeout: timeout)
        } catch {
            guard error.code == .interactiveAuthorizationRequired, let onChallenge, await onChallenge() else {
                throw error
            }
            return try await callOnce(member, arguments, startingService: startingService, timeout: timeout)
        }
    }

    private func callOnce(
        _ member: String,
        _ arguments: [Value],
        startingService: Bool,
        timeout: Duration?
    ) async throws(BackupError) -> [Value] {
        do {
            return try await connection.call(
                name,
                path,
                name,
                member,
                arguments,
                allowsInteraction: allowsInteraction,
                startsDestination: startingService,
                timeout: timeout
            )
        } catch {
            throw BackupError(error)
        }
    }

    /// The entries of a list of dictionaries.
    func list<Entry>(
        _ member: String,
        with arguments: [Value] = [],
        _ decode: (PropertyReader) throws(BackupError) -> Entry
    ) async throws(BackupError) -> [Entry] {
        let reply = try await ask(member, arguments)
        let source = source(member)
        guard let elements = reply?.elements else {
            throw PropertyReader.mismatch(source, "an array of dictionaries (aa{sv}) was expected", found: reply)
        }
        var entries: [Entry] = []
        for element in elements {
            entries.append(try decode(PropertyReader(element, from: source)))
        }
        return entries
    }

    /// The signals called `member`, decoded; one that can't be decoded is left out.
    func signals<Event: Sendable>(
        _ member: String,
        _ decode: @escaping @Sendable ([Value]) -> Event?
    ) async throws(BackupError) -> AsyncStream<Event> {
        let signals: AsyncStream<Signal>
        do {
            signals = try await connection.signals(sender: name, interface: name, member: member, path: path)
        } catch {
            throw BackupError(error)
        }
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let relay = Task {
            for await signal in signals {
                if let event = decode(signal.arguments) { continuation.yield(event) }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in relay.cancel() }
        return events
    }

    /// The method's name for a message, such as `Backup1.Status`.
    func source(_ member: String) -> String {
        "\(name.split(separator: ".").last ?? "").\(member)"
    }
}
