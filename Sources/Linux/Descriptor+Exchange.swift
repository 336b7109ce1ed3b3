import CLinux
import Glibc
public import SystemPackage

/// What it takes to let two entries of a directory change places, and to tell afterwards which is which.
extension Descriptor {
    /// Lets `name` and `other` in this directory change places, all at once; see renameat2(2), RENAME_EXCHANGE.
    /// - Throws: `LinuxError`, with `EBUSY` where one of them is a mount point, with `EROFS` for a read-only subvolume.
    public func exchange(_ name: FilePath, with other: FilePath) throws(LinuxError) {
        let result = name.withPlatformString { name in
            other.withPlatformString { nx_rename_exchange(file.rawValue, name, file.rawValue, $0) }
        }
        guard result == 0 else { throw LinuxError(last: "exchange \(name) with \(other)") }
    }

    /// When this file was made, in nanoseconds since 1970-01-01 UTC; nil where the filesystem does not tell. See statx(2),
    /// STATX_BTIME.
    public func birthTime() throws(LinuxError) -> Int64? {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
        let result = nx_birth_time(file.rawValue, &seconds, &nanoseconds)
        guard result >= 0 else { throw LinuxError(last: "statx") }
        let (whole, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return result == 0 && !isTooLarge ? whole &+ Int64(nanoseconds) : nil
    }
}

/// The release of the kernel that runs, such as `6.1.0-18-amd64`; see uname(2).
public func kernelRelease() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
