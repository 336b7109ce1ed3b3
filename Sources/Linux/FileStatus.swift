import Glibc

/// What stat(2) tells of a file, as far as it is of use here.
public struct FileStatus: Sendable, Equatable {
    /// The type of a file.
    public enum Kind: Sendable, Equatable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    /// The file's type.
    public let kind: Kind
    /// Size in bytes.
    public let size: UInt64
    /// The inode number.
    public let inode: UInt64
    /// The device that holds it.
    public let device: UInt64
    /// Owner.
    public let userID: UInt32
    /// Permission bits, with set-user-ID and the like.
    public let permissions: UInt32
    /// Last modification: whole seconds since 1970-01-01 UTC.
    public let modificationSeconds: Int64
    /// Last modification: nanoseconds on top of the seconds.
    public let modificationNanoseconds: Int64

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        size = UInt64(clamping: status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        userID = status.st_uid
        permissions = status.st_mode & 0o7777
        modificationSeconds = Int64(status.st_mtim.tv_sec)
        modificationNanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}
