import CArchive
import Glibc
import Linux
import SystemPackage

/// What libarchive reports: the operation, its message and the system's error number, 0 or below when there is none.
public struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// What was being done.
    public let operation: String
    /// libarchive's words.
    public let message: String
    /// The error number behind it; see errno(3).
    public let number: Int32

    init(_ archive: OpaquePointer?, _ operation: String) {
        self.operation = operation
        message = archive.flatMap { archive_error_string($0) }.map { String(cString: $0) } ?? "no reason given"
        number = archive.map { archive_errno($0) } ?? 0
    }

    init(_ error: LinuxError) {
        operation = error.operation
        message = "\(error.errno)"
        number = error.errno.rawValue
    }

    init(operation: String, message: String) {
        self.operation = operation
        self.message = message
        number = 0
    }

    /// Whether the archive could not be written on because its reader has gone.
    public var isBrokenPipe: Bool { number == EPIPE }

    /// Operation and message, for a log.
    public var description: String { "\(operation): \(message)" }
}
