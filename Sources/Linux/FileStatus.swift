import Glibc

/// What stat(2) tells of a file, as far as it is of use here.
public struct FileStatus: Sendable, Equatable {
    /// The type of a file.
    public enum Kind: Sendable, Equatable {
        case regular
        case directory
        case symbolicLink
        case fifo
        case socket
        case characterDevice
        case blockDevice
        case other
    }

    /// The file's type.
    public let kind: Kind
    /// Size in bytes.
    public let size: UInt64
    /// Space it takes, in units of 512 bytes.
    public let blockCount: UInt64
    /// The inode number.
    public let inode: UInt64
    /// The device that holds it.
    public let device: UInt64
    /// How many names it has.
    public let linkCount: UInt64
    /// Owner.
    public let userID: UInt32
    /// Group.
    public let groupID: UInt32
    /// Permission bits, with set-user-ID and the like.
    public let permissions: UInt32
    /// The device that a device node stands for.
    public let specialDevice: UInt64
    /// Last modification: whole seconds since 1970-01-01 UTC.
    public let modificationSeconds: Int64
    /// Last modification: nanoseconds on top of the seconds.
    public let modificationNanoseconds: Int64
    /// Last access: whole seconds since 1970-01-01 UTC.
    public let accessSeconds: Int64
    /// Last access: nanoseconds on top of the seconds.
    public let accessNanoseconds: Int64
    let mode: UInt32

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            default: .other
            }
        mode = status.st_mode
        size = UInt64(clamping: status.st_size)
        blockCount = UInt64(clamping: status.st_blocks)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        linkCount = UInt64(status.st_nlink)
        userID = status.st_uid
        groupID = status.st_gid
        permissions = status.st_mode & 0o7777
        specialDevice = UInt64(status.st_rdev)
        modificationSeconds = Int64(status.st_mtim.tv_sec)
        modificationNanoseconds = Int64(status.st_mtim.tv_nsec)
        accessSeconds = Int64(status.st_atim.tv_sec)
        accessNanoseconds = Int64(status.st_atim.tv_nsec)
    }
}

extension FileStatus {
    /// What tells the file from all others.
    public var identity: FileIdentity {
        // The kernel's `major:minor` from what glibc makes of it; see gnu_dev_makedev(3).
        let major = device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000
        let minor = device & 0xFF | device >> 12 & 0xFFFF_FF00
        return FileIdentity(device: major << 32 | minor, inode: inode)
    }
}
