import CLinux
import Glibc
public import SystemPackage

/// What statx(2) tells of a file, as far as an archive wants it.
public struct FileAttributes: Sendable {
    /// The type of a file.
    public enum Kind: Sendable {
        case regular, directory, symbolicLink, fifo, characterDevice, blockDevice, socket, unknown
    }

    /// What a file has beside its permissions; the numbers are those of FS_IOC_GETFLAGS, see ioctl_iflags(2).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits as the kernel has them.
        public let rawValue: UInt64

        /// Flags of the kernel's bits.
        public init(rawValue: UInt64) {
            self.rawValue = rawValue
        }

        /// Nothing of it can be changed.
        public static let immutable = Flags(rawValue: 0x10)
        /// It can only grow.
        public static let appendOnly = Flags(rawValue: 0x20)
        /// Not to be backed up by dump(8).
        public static let noDump = Flags(rawValue: 0x40)
        /// Those that a backup cares for.
        public static let all: Flags = [.immutable, .appendOnly, .noDump]
    }

    private let file: nx_file

    /// Nothing known of any file.
    public init() {
        file = nx_file()
    }

    /// Of the entry of `directory` that `path` names last, itself and not what it may point to.
    public init(of path: EntryPath, in directory: FileDescriptor) throws(LinuxError) {
        var file = nx_file()
        guard retrying({ path.withName { nx_stat(directory.rawValue, $0, &file) } }) == 0 else {
            throw LinuxError(last: "stat")
        }
        self.file = file
    }

    /// Of an open file.
    public init(of open: FileDescriptor) throws(LinuxError) {
        var file = nx_file()
        guard retrying({ nx_stat(open.rawValue, "", &file) }) == 0 else { throw LinuxError(last: "stat") }
        self.file = file
    }

    /// The file's type.
    public var kind: Kind {
        switch file.mode & UInt32(S_IFMT) {
        case UInt32(S_IFREG): .regular
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symbolicLink
        case UInt32(S_IFIFO): .fifo
        case UInt32(S_IFCHR): .characterDevice
        case UInt32(S_IFBLK): .blockDevice
        case UInt32(S_IFSOCK): .socket
        default: .unknown
        }
    }

    /// Permission bits, with set-user-ID and the like.
    public var permissions: UInt32 { file.mode & 0o7777 }
    /// Owner.
    public var userID: UInt32 { file.user }
    /// Group.
    public var groupID: UInt32 { file.group }
    /// Names the file has.
    public var linkCount: UInt32 { file.links }
    /// Bytes, holes included.
    public var size: UInt64 { file.size }
    /// Bytes that take up space: whole blocks of 512 bytes.
    public var allocatedSize: UInt64 { file.blocks.multipliedReportingOverflow(by: 512).partialValue }
    /// Last modification: whole seconds since 1970-01-01 UTC, rounded down.
    public var modificationSeconds: Int64 { file.mtime_seconds }
    /// Last modification: nanoseconds on top of the seconds.
    public var modificationNanoseconds: UInt32 { file.mtime_nanoseconds }
    /// What tells this file from all others.
    public var identity: FileIdentity {
        FileIdentity(device: UInt64(file.device_major) << 32 | UInt64(file.device_minor), inode: file.inode)
    }
    /// Its flags.
    public var flags: Flags { Flags(rawValue: file.attributes).intersection(.all) }
    /// The mount through which the file was reached.
    public var mountID: UInt64 { file.mount }
    /// The device that a device node stands for.
    public var specialDevice: (major: UInt32, minor: UInt32) { (file.special_major, file.special_minor) }
}

/// What tells a file from all others while it exists: its filesystem's device and its inode number.
public struct FileIdentity: Sendable, Hashable {
    /// The device number of the filesystem; on btrfs, of the subvolume.
    public let device: UInt64
    /// The inode number.
    public let inode: UInt64

    /// Creates an identity from its parts.
    public init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

extension FileDescriptor {
    /// The id of the btrfs that holds this open file, the same for all its subvolumes; nil when it is no btrfs.
    public var btrfsIdentity: [UInt8]? {
        var id = [UInt8](repeating: 0, count: 16)
        return nx_btrfs_id(rawValue, &id) == 0 ? id : nil
    }
}
