extension Connection {
    /// Makes the object at `path` answer to `interfaces`, and to Introspectable, Properties and Peer.
    public func export(_ interfaces: [ExportedInterface], at path: String) {
        objects.export(interfaces, at: path)
    }

    func receiveCall(_ message: Message) {
        guard let sender = message.sender else { return }
        let answer = Answer(serial: message.serial, sender: sender, isWanted: message.wantsReply)
        do {
            try start(message, answer)
        } catch {
            reply(try? answer.message(error))
        }
    }

    private func start(_ message: Message, _ answer: Answer) throws(DBusError) {
        guard let path = message.path, let member = message.member else { return }
        let method = try objects.method(path: path, interface: message.interface, member: member)
        var budget = DecodingBudget(limit: RunningCalls.argumentSize)
        defer { if method.input.contains(where: \.type.mayHoldSecret) { overwriteReadBuffer() } }
        let call = MethodCall(
            sender: answer.sender,
            path: path,
            interface: message.interface,
            member: member,
            arguments: try method.arguments(of: message, &budget),
            allowsInteraction: message.allowsInteraction,
            wantsReply: answer.isWanted
        )
        let id = try runningCalls.begin(answer.sender, size: budget.spent)
        let task = Task { @concurrent in
            await self.finish(id, await answer.message(method, call))
        }
        runningCalls.setTask(task, of: id)
    }

    /// Has the bus send something else, because libdbus reads into a buffer of its own, in which the bytes of a message
    /// stay until those of the next one come.
    private func overwriteReadBuffer() {
        guard let message = try? Message.padding(to: uniqueName) else { return }
        _ = try? send(message, limited: false)
    }

    private func finish(_ id: UInt64, _ message: sending Message?) {
        runningCalls.end(id)
        reply(message)
    }

    /// A reply that cannot be sent because the bus has gone is of no use to anybody.
    private func reply(_ message: Message?) {
        guard let message else { return }
        _ = try? send(message, limited: false)
    }
}

/// Where the answer to a call goes.
struct Answer: Sendable {
    let serial: UInt32
    let sender: String
    let isWanted: Bool

    func message(_ error: DBusError) throws(DBusError) -> Message? {
        guard isWanted else { return nil }
        return try Message.reply(to: serial, of: sender, error)
    }

    /// Lets `method` handle `call`, off the connection's queue, and encodes what comes of it.
    @concurrent
    func message(_ method: Method, _ call: MethodCall) async -> sending Message? {
        do throws(DBusError) {
            let values = try await method.handler(call)
            guard isWanted else { return nil }
            let signature = values.map(\.signature).joined()
            guard signature == method.outputSignature else {
                let expected = method.outputSignature
                throw .standard("Failed", "\(method.name) returned '\(signature)' instead of '\(expected)'")
            }
            return try Message.reply(to: serial, of: sender, values)
        } catch {
            return try? message(error)
        }
    }
}

extension Method {
    /// The arguments of a call of this method.
    ///
    /// A message that is refused may have a password in it as well.
    fileprivate func arguments(of message: Message, _ budget: inout DecodingBudget) throws(DBusError) -> [Value] {
        do throws(DBusError) {
            let signature = message.signature
            guard accepts(Signature.completeTypes(of: signature)) else {
                throw DBusError.standard("InvalidArgs", "\(name) takes '\(inputSignature)', not '\(signature)'")
            }
            return try message.values(as: input, budget: &budget)
        } catch {
            if input.contains(where: \.type.mayHoldSecret) { message.wipeStrings() }
            throw error
        }
    }
}
