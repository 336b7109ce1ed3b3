/// The calls whose handlers run, and how many of them and how large the callers may make them.
struct RunningCalls {
    /// Calls at a time of one caller; the bus allows those that wait for a reply 128.
    static let callsPerSender = 512
    /// Bytes that the arguments of one call may take in memory.
    static let argumentSize = 4 << 20
    /// Bytes that the arguments of all large calls together may take in memory.
    static let largeArgumentsSize = 32 << 20
    /// Bytes up to which a call is small, and always welcome.
    private static let smallSize = 64 << 10

    private struct Running {
        let sender: String
        let size: Int
        var task: Task<Void, Never>?
    }

    private var calls: [UInt64: Running] = [:]
    private var callCounts: [String: Int] = [:]
    private var largeSize = 0
    private var lastID: UInt64 = 0

    /// Admits a call of `sender` whose arguments take `size` bytes.
    ///
    /// - Throws: `LimitsExceeded` where that is too much.
    mutating func begin(_ sender: String, size: Int) throws(DBusError) -> UInt64 {
        let count = callCounts[sender, default: 0]
        guard count < Self.callsPerSender else {
            throw .standard("LimitsExceeded", "\(sender) already has \(count) calls running")
        }
        let size = size > Self.smallSize ? size : 0
        guard largeSize + size <= Self.largeArgumentsSize else {
            throw .standard("LimitsExceeded", "too many calls with large arguments are running")
        }
        lastID += 1
        largeSize += size
        callCounts[sender] = count + 1
        calls[lastID] = Running(sender: sender, size: size)
        return lastID
    }

    mutating func setTask(_ task: Task<Void, Never>, of id: UInt64) {
        calls[id]?.task = task
    }

    mutating func end(_ id: UInt64) {
        guard let call = calls.removeValue(forKey: id) else { return }
        largeSize -= call.size
        let count = callCounts[call.sender, default: 0] - 1
        callCounts[call.sender] = count > 0 ? count : nil
    }

    func cancelAll() {
        calls.values.forEach { $0.task?.cancel() }
    }
}
