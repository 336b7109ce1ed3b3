import CLinux
import Glibc
import SystemPackage

/// What can be done with an open file, before it is tried.
extension Descriptor {
    /// Whether the file is open for reading; see fcntl(2).
    public var isReadable: Bool {
        let flags = nx_fcntl_int(file.rawValue, F_GETFL, 0)
        return flags >= 0 && flags & O_ACCMODE != O_WRONLY && flags & Int32(nx_o_path) == 0
    }

    /// Whether this directory can't be written as its filesystem, subvolume or mount is read-only; see access(2), EROFS.
    public var isOnReadOnlyFilesystem: Bool {
        faccessat(file.rawValue, ".", W_OK, AT_EACCESS) != 0 && Glibc.errno == EROFS
    }
}
