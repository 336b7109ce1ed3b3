import CLinux
import Glibc
public import SystemPackage

/// What it takes to let two entries of a directory change places.
extension Descriptor {
    /// Lets `name` and `other` in this directory change places, all at once; see renameat2(2), RENAME_EXCHANGE.
    /// - Throws: `LinuxError`, with `EBUSY` where one of them is a mount point, with `EROFS` for a read-only subvolume.
    public func exchange(_ name: FilePath, with other: FilePath) throws(LinuxError) {
        let result = name.withPlatformString { name in
            other.withPlatformString { nx_rename_exchange(file.rawValue, name, file.rawValue, $0) }
        }
        guard result == 0 else { throw LinuxError(last: "exchange \(name) with \(other)") }
    }
}
