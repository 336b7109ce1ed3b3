/// Who waits for which name to have no owner any more.
struct Vanishings {
    private enum Wait {
        case beginning(String)
        case waiting(String, CheckedContinuation<Result<Void, DBusError>, Never>)
        case over(Result<Void, DBusError>)
    }

    /// Whether the bus was asked to tell.
    var isWatching = false
    private var waits: [UInt64: Wait] = [:]
    private var lastID: UInt64 = 0

    /// From now on `name` is watched, until `end` is called with the id returned.
    mutating func begin(_ name: String) -> UInt64 {
        lastID += 1
        waits[lastID] = .beginning(name)
        return lastID
    }

    mutating func end(_ id: UInt64) {
        waits[id] = nil
    }

    /// Resumes `continuation` when the name has vanished, which is at once where it already has.
    mutating func wait(_ id: UInt64, _ continuation: CheckedContinuation<Result<Void, DBusError>, Never>) {
        switch waits[id] {
        case .beginning(let name): waits[id] = .waiting(name, continuation)
        case .over(let result): continuation.resume(returning: result)
        case .waiting, nil: continuation.resume(returning: .failure(.disconnected))
        }
    }

    mutating func complete(_ id: UInt64, with result: Result<Void, DBusError>) {
        if case .waiting(_, let continuation) = waits[id] { continuation.resume(returning: result) }
        if waits[id] != nil { waits[id] = .over(result) }
    }

    mutating func vanished(_ name: String) {
        for (id, wait) in waits {
            switch wait {
            case .beginning(name), .waiting(name, _): complete(id, with: .success(()))
            default: break
            }
        }
    }

    /// Ends every wait because nothing will be told any more.
    mutating func finish(with error: DBusError = .disconnected) {
        isWatching = false
        for id in waits.keys { complete(id, with: .failure(error)) }
    }
}
