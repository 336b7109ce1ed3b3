public import SystemPackage

/// A system call that failed: which one, on what, and the kernel's reason.
public struct LinuxError: Error, Sendable, CustomStringConvertible {
    /// The kernel's reason; see errno(3).
    public let errno: Errno
    /// The call and what it was applied to, such as `open /broot/backups`.
    public let operation: String

    /// Creates an error for `operation`.
    public init(_ errno: Errno, _ operation: String) {
        self.errno = errno
        self.operation = operation
    }

    /// Creates an error from what the last failed call of this thread left in `errno`.
    public init(last operation: String) {
        self.init(.lastCall, operation)
    }

    /// The call and the reason, for a log.
    public var description: String { "\(operation): \(errno)" }
}
