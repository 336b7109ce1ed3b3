import Glibc
import SystemPackage

extension Descriptor {
    /// Bytes that users other than root can still write on the file system of this open file; see fstatvfs(3).
    public func availableByteCount() throws(LinuxError) -> UInt64 {
        var space = statvfs()
        guard fstatvfs(file.rawValue, &space) == 0 else { throw LinuxError(last: "fstatvfs") }
        let (count, overflow) = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return overflow ? .max : count
    }
}
