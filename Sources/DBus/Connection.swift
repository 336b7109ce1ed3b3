import Dispatch
import Synchronization

/// A private connection to a message bus.
///
/// The actor runs on a queue of its own, on which libdbus is used and nowhere else; nothing on it blocks.
public actor Connection {
    /// Bytes waiting for the socket past which nothing more is read and no call or signal is accepted.
    static let outgoingLimit = 32 << 20

    nonisolated let executor = QueueExecutor(label: "tech.noreya.dbus")
    private nonisolated let name = Mutex("")

    var transport: Transport?
    var pendingReplies: [UInt32: PendingReply] = [:]
    var subscriptions = Subscriptions()
    var vanishings = Vanishings()
    var objects = ObjectTree()
    var runningCalls = RunningCalls()
    /// Messages with a password of ours in them, wiped as soon as they have been written.
    var sensitiveMessages: [Message] = []
    private var wasReading = true
    private var closedWaiters: [CheckedContinuation<Void, Never>] = []
    private var sentWaiters: [CheckedContinuation<Void, Never>] = []

    /// The queue's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The name by which the bus knows this connection, such as `:1.42`.
    public nonisolated var uniqueName: String { name.withLock { $0 } }

    private init() {}

    /// Connects and introduces itself to the bus.
    ///
    /// - Throws: what libdbus says of the address, such as `NoServer`, `FileNotFound` or `BadAddress`; `NoReply` when
    ///   what listens there does not answer within 25 seconds.
    public static func open(_ address: BusAddress) async throws(DBusError) -> Connection {
        let connection = Connection()
        try await connection.connect(address)
        return connection
    }

    private func connect(_ address: BusAddress) async throws(DBusError) {
        transport = try Transport(address, queue: executor.queue) { [weak self] in
            self?.assumeIsolated { $0.pump() }
        }
        enqueue { $0.pump() }
        do throws(DBusError) {
            let reply = try await callBus("Hello")
            guard let name = reply.first?.string else { throw .standard("Failed", "the bus gave no name") }
            self.name.withLock { $0 = name }
        } catch {
            shutDown()
            throw error
        }
    }

    isolated deinit {
        shutDown()
    }

    /// Returns when the bus has gone or `close` was called.
    public func untilClosed() async {
        guard transport != nil else { return }
        await withCheckedContinuation { closedWaiters.append($0) }
    }

    /// Ends the connection once what was sent has been written, for which it waits a second at most.
    public func close() async {
        if let transport, transport.hasUnsent {
            enqueue(after: .seconds(1)) { $0.shutDown() }
            await withCheckedContinuation { sentWaiters.append($0) }
        }
        shutDown()
    }
}

extension Connection {
    /// Moves what can be moved between the socket and libdbus, and handles the messages that have arrived.
    func pump() {
        for _ in 0..<64 {
            guard let transport else { return }
            transport.transfer()
            let isRestful = receiveMessages(from: transport)
            let readiness = transport.readiness()
            guard transport.isConnected, isRestful || !readiness.hungUp else { return shutDown() }
            guard readiness.readable, isRestful else { break }
        }
        settle()
    }

    /// Runs `body` on the queue, unless the connection is gone by then.
    nonisolated func enqueue(
        after delay: DispatchTimeInterval = .nanoseconds(0),
        _ body: @escaping @Sendable (isolated Connection) -> Void
    ) {
        executor.queue.asyncAfter(deadline: .now() + delay) { [weak self] in
            self?.assumeIsolated { body($0) }
        }
    }

    /// Handles the messages that have arrived, unless replies pile up that nobody takes; false in that case.
    private func receiveMessages(from transport: Transport) -> Bool {
        while transport.outgoingSize < Self.outgoingLimit {
            guard let message = transport.next() else { return true }
            receive(message)
        }
        return false
    }

    /// Sends a message and returns its serial.
    ///
    /// - Throws: `Disconnected`; `LimitsExceeded` where too much waits to be sent, unless that is not `limited`.
    @discardableResult
    func send(_ message: Message, limited: Bool = true) throws(DBusError) -> UInt32 {
        guard let transport, transport.isConnected else { throw .disconnected }
        guard !limited || transport.outgoingSize < Self.outgoingLimit else {
            throw .standard("LimitsExceeded", "more than \(Self.outgoingLimit) bytes wait for the bus to take them")
        }
        let serial = try transport.send(message)
        settle()
        return serial
    }

    /// Adjusts to what is left to send.
    private func settle() {
        guard let transport else { return }
        let isReading = transport.outgoingSize < Self.outgoingLimit
        // What had arrived before reading stopped is with libdbus, and the socket will not tell of it.
        if isReading, !wasReading { enqueue { $0.pump() } }
        wasReading = isReading
        transport.watch(reading: isReading)
        guard !transport.hasUnsent else { return }
        sensitiveMessages.forEach { $0.wipeStrings() }
        sensitiveMessages.removeAll()
        resumeAll(&sentWaiters)
    }

    /// Lets go of the bus and of everybody who waits for something from it.
    func shutDown() {
        guard transport != nil else { return }
        transport = nil
        sensitiveMessages.forEach { $0.wipeStrings() }
        sensitiveMessages.removeAll()
        for serial in Array(pendingReplies.keys) { complete(serial, with: .failure(.disconnected)) }
        subscriptions.finish()
        vanishings.finish()
        runningCalls.cancelAll()
        resumeAll(&sentWaiters)
        resumeAll(&closedWaiters)
    }

    private func resumeAll(_ waiters: inout [CheckedContinuation<Void, Never>]) {
        let resumed = waiters
        waiters = []
        resumed.forEach { $0.resume() }
    }

    private func receive(_ message: Message) {
        switch message.kind {
        case .reply, .error: receiveReply(message)
        case .call: receiveCall(message)
        case .signal: receiveSignal(message)
        case nil: break
        }
    }
}
