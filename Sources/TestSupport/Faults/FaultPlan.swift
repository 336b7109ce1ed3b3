import Linux
public import SystemPackage

/// What a descriptor or path is of, as the loaded library tells; its order is the library's.
public enum FaultPlace: UInt32, CaseIterable, Sendable {
    /// Nothing of the following.
    case other
    /// The tree that is exported, as the walk, the readers and the archive touch it.
    case source
    /// The same as the thread touches it that counts for the progress.
    case counting
    /// The pipe on which gpg gets what it is to encrypt.
    case gpgInput
    /// The pipe on which the encrypted stream comes.
    case gpgOutput
    /// Any other pipe: messages, commands, wake-ups.
    case control
    /// The worker's standard output.
    case output
    /// The worker's standard input.
    case job
    /// The worker's standard error.
    case events
    /// The directory of exports.
    case storage
    /// gpg's home.
    case home
}

/// A group of system calls that do the same; its order is the library's.
public enum FaultCall: UInt32, CaseIterable, Sendable {
    case open, read, write, stat, list, listXattrs, getXattr, readlink, seek, advise, writeback, sync, rename, unlink
    case close, poll, setXattr, wait
}

/// What happens instead of what was called for.
public enum FaultKind: Sendable, Hashable, CustomStringConvertible {
    /// Nothing but the error.
    case error(Errno)
    /// Half as much as was asked for is read or written.
    case short
    /// A read finds the end of the file.
    case end

    fileprivate var number: UInt32 {
        switch self {
        case .error(let errno): UInt32(errno.rawValue)
        case .short: 1000
        case .end: 1001
        }
    }

    /// Its name in a table.
    public var description: String {
        switch self {
        case .error(.ioError): "EIO"
        case .error(.interrupted): "EINTR"
        case .error(.resourceTemporarilyUnavailable): "EAGAIN"
        case .error(.noSpace): "ENOSPC"
        case .error(.diskQuotaExceeded): "EDQUOT"
        case .error(.brokenPipe): "EPIPE"
        case .error(let errno): "errno \(errno.rawValue)"
        case .short: "short"
        case .end: "end"
        }
    }
}

/// A fault at a place and call.
public struct Fault: Sendable, Hashable {
    /// Where it strikes.
    public var place: FaultPlace
    /// Which calls it strikes.
    public var call: FaultCall
    /// What happens.
    public var kind: FaultKind
    /// The number of the call, from 1 on, or the next one that can be struck; 0 for every call, those that merely try again
    /// left out.
    public var number: Int

    /// Creates a fault.
    public init(_ place: FaultPlace, _ call: FaultCall, _ kind: FaultKind, at number: Int) {
        self.place = place
        self.call = call
        self.kind = kind
        self.number = number
    }
}

/// What one run of a program is to meet, and what it did meet: a file that the loaded library maps.
public struct FaultPlan: Sendable {
    private static let nameLength = 16
    private static let pathLength = 256

    /// Where it is.
    public let path: FilePath
    private let head: [UInt8]

    /// Makes a plan without a fault for `program`, of whose name 15 bytes count.
    public init(
        at path: FilePath,
        program: String,
        source: FilePath = "",
        storage: FilePath = "",
        home: FilePath = ""
    ) throws {
        self.path = path
        head =
            Self.padded(program, to: Self.nameLength)
            + [source, storage, home].flatMap { Self.padded($0.string, to: Self.pathLength) }
        try set(nil)
    }

    /// Plans `fault`, or none, and counts from 0; also for a program that runs.
    public func set(_ fault: Fault?) throws {
        let words = [
            fault?.place.rawValue ?? 0, fault?.call.rawValue ?? 0, UInt32(fault?.number ?? 0), fault?.kind.number ?? 0,
            0,
        ]
        let counts = [UInt32](repeating: 0, count: FaultPlace.allCases.count * FaultCall.allCases.count)
        let file = try Descriptor.open(path, [.writeOnly, .create], permissions: .ownerReadWrite)
        try file.write(
            head + (words + counts).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        )
    }

    /// How many calls met the fault.
    public func injectedCount() throws -> Int {
        try word(4)
    }

    /// How many calls there were.
    public func count(_ place: FaultPlace, _ call: FaultCall) throws -> Int {
        try word(5 + Int(place.rawValue) * FaultCall.allCases.count + Int(call.rawValue))
    }

    private func word(_ index: Int) throws -> Int {
        let bytes = try Descriptor.open(path, .readOnly).readAll(limit: 1 << 20)
        let start = head.count + 4 * index
        guard bytes.count >= start + 4 else { throw TestSupportError(description: "\(path) is too short") }
        return bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func padded(_ text: String, to length: Int) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(length - 1))
        return bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }
}
