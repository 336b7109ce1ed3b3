import Dispatch

/// Who waits for the reply to a call, and until when.
struct PendingReply {
    let continuation: CheckedContinuation<Result<[Value], DBusError>, Never>
    let timeout: DispatchWorkItem?
}

extension Connection {
    /// Calls a method and returns what it returns.
    ///
    /// A cancelled task gives up waiting; what was called is not told.
    /// - Parameters:
    ///   - startsDestination: whether the bus starts the service of that name where it does not run.
    ///   - timeout: how long to wait; nil for as long as it takes.
    /// - Throws: the error replied; `NameHasNoOwner` where nobody has the name and the bus is not to start who would; `NoReply` after the timeout, `DBusError.cancelled` when the task is cancelled,
    ///   `Disconnected` when the bus goes; `InvalidArgs` for a malformed name or value, `LimitsExceeded` for too many
    ///   or too large ones.
    public func call(
        _ destination: String,
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [Value] = [],
        allowsInteraction: Bool = false,
        startsDestination: Bool = true,
        timeout: Duration? = .seconds(25)
    ) async throws(DBusError) -> [Value] {
        guard !Task.isCancelled else { throw .cancelled }
        let message = try Message.call(destination, path, interface, member, arguments)
        message.allowsInteraction = allowsInteraction
        message.startsDestination = startsDestination
        if arguments.contains(where: \.holdsSecret) { sensitiveMessages.append(message) }
        let serial = try send(message)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let giveUp = timeout.map { timeOut(serial, after: $0) }
                pendingReplies[serial] = PendingReply(continuation: continuation, timeout: giveUp)
            }
        } onCancel: {
            enqueue { $0.complete(serial, with: .failure(.cancelled)) }
        }
        return try result.get()
    }

    /// Calls a method without wanting to know what comes of it; such a call does not count among those that the bus
    /// allows a connection to have unanswered.
    ///
    /// - Throws: `InvalidArgs` for a malformed name or value, `LimitsExceeded` for too many or too large ones;
    ///   `Disconnected`.
    public func callWithoutReply(
        _ destination: String,
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [Value] = []
    ) throws(DBusError) {
        let message = try Message.call(destination, path, interface, member, arguments)
        message.wantsReply = false
        if arguments.contains(where: \.holdsSecret) { sensitiveMessages.append(message) }
        try send(message)
    }

    /// Calls a method of the bus itself.
    func callBus(_ member: String, _ arguments: [Value] = []) async throws(DBusError) -> [Value] {
        try await call(Bus.name, Bus.path, Bus.interface, member, arguments)
    }

    private func timeOut(_ serial: UInt32, after timeout: Duration) -> DispatchWorkItem {
        let item = DispatchWorkItem { [weak self] in
            self?.assumeIsolated {
                $0.complete(serial, with: .failure(.standard("NoReply", "no reply came within \(timeout)")))
            }
        }
        executor.queue.asyncAfter(deadline: .now() + timeout.dispatchInterval, execute: item)
        return item
    }

    /// Hands the outcome to who waits for it, if anybody still does.
    func complete(_ serial: UInt32, with result: Result<[Value], DBusError>) {
        guard let pending = pendingReplies.removeValue(forKey: serial) else { return }
        pending.timeout?.cancel()
        pending.continuation.resume(returning: result)
    }

    /// A reply to a call that nobody waits for any more, or that never was, is dropped.
    func receiveReply(_ message: Message) {
        let serial = message.replySerial
        guard pendingReplies[serial] != nil else { return }
        guard message.kind == .reply else { return complete(serial, with: .failure(message.error)) }
        do {
            complete(serial, with: .success(try message.values()))
        } catch {
            complete(serial, with: .failure(error))
        }
    }
}

/// The bus itself, as an object on it.
enum Bus {
    static let name = "org.freedesktop.DBus"
    static let path = "/org/freedesktop/DBus"
    static let interface = "org.freedesktop.DBus"
}

extension DBusError {
    /// What a call throws in a task that was cancelled while it waited.
    public static var cancelled: DBusError { .standard("NoReply", "the wait for the reply was cancelled") }

    static var disconnected: DBusError { .standard("Disconnected", "the connection to the bus is closed") }
}

extension Value {
    /// Whether there is a password in it.
    var holdsSecret: Bool {
        switch self {
        case .secret: true
        case .array(_, let elements): elements.contains(where: \.holdsSecret)
        case .dictionary(_, _, let entries): entries.contains { $0.key.holdsSecret || $0.value.holdsSecret }
        case .structure(let fields): fields.contains(where: \.holdsSecret)
        case .variant(let inner): inner.holdsSecret
        default: false
        }
    }
}

extension Duration {
    /// To the nanosecond, as far as dispatch can count.
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflow, !nanoseconds.overflow else { return seconds < 0 ? .nanoseconds(0) : .never }
        return .nanoseconds(Int(max(0, nanoseconds.partialValue)))
    }
}
