import CGPGME

/// What GPGME or gpg reports: the operation and the reason.
public struct GPGError: Error, Sendable, CustomStringConvertible {
    /// What was being done.
    public let operation: String
    /// The reason, in gpg's words.
    public let message: String

    init(_ error: gpgme_error_t, _ operation: String) {
        self.operation = operation
        var text = [CChar](repeating: 0, count: 256)
        gpgme_strerror_r(error, &text, text.count)
        message = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    init(operation: String, message: String) {
        self.operation = operation
        self.message = message
    }

    /// Operation and reason, for a log.
    public var description: String { "\(operation): \(message)" }
}

/// Why a recipient's key can't be used, as the end of a sentence that starts with which one it is.
public struct UnusableKey: Error, Sendable, Equatable {
    /// Such as `has expired`.
    public let reason: String
}

/// Throws what `error` stands for, unless it is 0.
func check(_ error: gpgme_error_t, _ operation: String) throws(GPGError) {
    guard error == 0 else { throw GPGError(error, operation) }
}
