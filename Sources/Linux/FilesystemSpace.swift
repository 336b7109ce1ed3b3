import Glibc
public import SystemPackage

/// How full a filesystem is; see statvfs(3).
public struct FilesystemSpace: Sendable, Equatable {
    /// Bytes that a user who is not root can still use.
    public let freeByteCount: UInt64
    /// Bytes in all.
    public let byteCount: UInt64
    /// What tells one filesystem from another.
    public let id: UInt64

    /// That of the filesystem that `path` is on.
    public init(under path: FilePath) throws(LinuxError) {
        var result = statvfs()
        guard path.withPlatformString({ statvfs($0, &result) }) == 0 else { throw LinuxError(last: "statvfs \(path)") }
        let unit = UInt64(result.f_frsize)
        freeByteCount = UInt64(result.f_bavail).multipliedReportingOverflow(by: unit).partialValue
        byteCount = UInt64(result.f_blocks).multipliedReportingOverflow(by: unit).partialValue
        id = UInt64(result.f_fsid)
    }
}
