import CBtrfs
import Linux
public import SystemPackage

/// What libbtrfsutil reported: its code and sentence, the kernel's reason, and what was being done.
public struct BtrfsError: Error, Sendable, CustomStringConvertible {
    /// A value of `enum btrfs_util_error`.
    public let code: UInt32
    /// libbtrfsutil's sentence.
    public let message: String
    /// The kernel's reason; see errno(3).
    public let errno: Errno
    /// What was being done, and to what.
    public let operation: String

    /// Operation, sentence and reason, for a log.
    public var description: String { "\(operation): \(message): \(errno)" }

    init(_ error: btrfs_util_error, _ errno: Errno, _ operation: String) {
        code = error.rawValue
        message = btrfs_util_strerror(error).map { String(cString: $0) } ?? "Unknown error"
        self.errno = errno
        self.operation = operation
    }
}

/// Throws what a function of libbtrfsutil returned, unless it is success.
func check(_ operation: @autoclosure () -> String, _ body: () -> btrfs_util_error) throws(BtrfsError) {
    let result = body()
    let reason = Errno.lastCall
    guard result != BTRFS_UTIL_OK else { return }
    throw BtrfsError(result, reason, operation())
}
