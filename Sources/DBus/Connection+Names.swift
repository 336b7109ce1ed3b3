extension Connection {
    /// Becomes the owner of the well-known name `name`, or stays it.
    ///
    /// - Throws: `AddressInUse` when another connection owns it; `AccessDenied` when the bus' policy forbids it;
    ///   `InvalidArgs` for a malformed name.
    public func requestName(_ name: String) async throws(DBusError) {
        try Name.busName.validate(name)
        let doNotQueue: UInt32 = 4
        let reply = try await callBus("RequestName", [.string(name), .uint32(doNotQueue)])
        let primaryOwner: UInt32 = 1
        let alreadyOwner: UInt32 = 4
        guard let code = reply.first?.integer(as: UInt32.self), [primaryOwner, alreadyOwner].contains(code) else {
            throw .standard("AddressInUse", "another connection owns the bus name '\(name)'")
        }
    }

    /// The user who runs the connection that owns `busName`, as the kernel said when it connected.
    ///
    /// - Throws: `NameHasNoOwner` when there is none.
    public func userID(of busName: String) async throws(DBusError) -> UInt32 {
        try Name.busName.validate(busName)
        let reply = try await callBus("GetConnectionUnixUser", [.string(busName)])
        guard let id = reply.first?.integer(as: UInt32.self) else {
            throw .standard("Failed", "the bus did not tell the user of '\(busName)'")
        }
        return id
    }

    /// Returns when nobody owns `busName`, which is at once where nobody does.
    ///
    /// - Throws: `DBusError.cancelled` when the task is cancelled; `Disconnected` when the bus goes.
    public func untilNameVanishes(_ busName: String) async throws(DBusError) {
        try Name.busName.validate(busName)
        let id = vanishings.begin(busName)
        defer { vanishings.end(id) }
        try await watchVanishings()
        let reply = try await callBus("NameHasOwner", [.string(busName)])
        guard reply.first?.bool == true else { return }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { vanishings.wait(id, $0) }
        } onCancel: {
            enqueue { $0.vanishings.complete(id, with: .failure(.cancelled)) }
        }
        try result.get()
    }

    /// One rule serves every name: a connection may have few hundred rules, and one call waits with each.
    ///
    /// The bus handles what one connection sends in its order, so who comes second need not wait for the answer.
    private func watchVanishings() async throws(DBusError) {
        guard !vanishings.isWatching else { return }
        vanishings.isWatching = true
        do {
            _ = try await callBus("AddMatch", [.string(MatchRule.vanishings)])
        } catch {
            vanishings.finish(with: error)
            throw error
        }
    }
}
