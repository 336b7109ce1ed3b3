/// What went wrong, in terms a caller can act on: the engine's only error type.
///
/// The message is one English sentence that says what was wrong and with which value. It never contains a password.
public struct BackupError: Error, Sendable {
    /// The kinds of failure; the one table from which D-Bus error names and exit codes come.
    public enum Code: String, CaseIterable, Codable, Sendable {
        case accessDenied = "AccessDenied"
        case interactiveAuthorizationRequired = "InteractiveAuthorizationRequired"
        case invalidArgs = "InvalidArgs"
        case unknownMethod = "UnknownMethod"
        case unknownObject = "UnknownObject"
        case unknownInterface = "UnknownInterface"
        case limitsExceeded = "LimitsExceeded"
        case notFound = "NotFound"
        case busy = "Busy"
        case inUse = "InUse"
        case notRunning = "NotRunning"
        case noSpace = "NoSpace"
        case unsupported = "Unsupported"
        case badPassword = "BadPassword"
        case corrupt = "Corrupt"
        case cancelled = "Cancelled"
        case failed = "Failed"
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence for the caller.
    public let message: String
    /// What lower layers said; for the log, not for the caller.
    public let cause: (any Error)?

    /// Creates an error of `code` that tells the caller `message`.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension BackupError: CustomStringConvertible {
    /// Code, sentence and cause, for a log.
    public var description: String {
        cause.map { "\(code.rawValue): \(message) (\($0))" } ?? "\(code.rawValue): \(message)"
    }
}

extension BackupError.Code {
    /// The error's name on the bus: `org.freedesktop.DBus.Error.*` where that namespace has one that fits, otherwise
    /// `tech.noreya.Error.*`.
    public var busName: String {
        switch self {
        case .accessDenied, .interactiveAuthorizationRequired, .invalidArgs, .unknownMethod, .unknownObject,
            .unknownInterface, .limitsExceeded:
            "org.freedesktop.DBus.Error.\(rawValue)"
        case .notFound, .busy, .inUse, .notRunning, .noSpace, .unsupported, .badPassword, .corrupt, .cancelled, .failed:
            "tech.noreya.Error.\(rawValue)"
        }
    }

    /// The code of an error's name on the bus; nil for a name that is not ours.
    public init?(busName: String) {
        guard let code = Self.allCases.first(where: { $0.busName == busName }) else { return nil }
        self = code
    }

    /// The exit status of a command that failed with this code: the nearest of `sysexits.h`, and for those it lacks,
    /// values from 80 up; never 0, and below 126 as shells use the rest.
    public var exitStatus: Int32 {
        switch self {
        case .failed: 1
        case .invalidArgs: 64
        case .corrupt: 65
        case .unknownMethod, .unknownObject, .unknownInterface, .unsupported: 69
        case .noSpace: 73
        case .busy, .limitsExceeded: 75
        case .accessDenied, .interactiveAuthorizationRequired: 77
        case .notFound: 80
        case .inUse: 81
        case .notRunning: 82
        case .badPassword: 83
        case .cancelled: 84
        }
    }

    /// The status of an HTTP response that tells of this code; see RFC 9110, 15.5 and 15.6.
    public var httpStatus: Int {
        switch self {
        case .invalidArgs: 400
        case .accessDenied, .interactiveAuthorizationRequired: 403
        case .notFound: 404
        case .busy, .inUse, .notRunning, .cancelled: 409
        case .badPassword, .limitsExceeded: 422
        case .corrupt, .failed: 500
        case .unknownMethod, .unknownInterface, .unsupported: 501
        case .unknownObject: 503
        case .noSpace: 507
        }
    }
}
