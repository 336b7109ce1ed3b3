import CLinux
import Glibc
public import SystemPackage

/// A file descriptor with one owner: closed when it goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
    /// The open file, valid for as long as this owner lives; not to be closed by who borrows it.
    public let file: FileDescriptor

    /// Takes ownership of `file`.
    public init(taking file: FileDescriptor) {
        self.file = file
    }

    deinit {
        _ = Glibc.close(file.rawValue)
    }

    /// Gives the descriptor away without closing it.
    public consuming func release() -> FileDescriptor {
        let file = self.file
        discard self
        return file
    }

    /// Closes the descriptor and tells whether the kernel had anything left to report; see close(2).
    public consuming func close() throws(LinuxError) {
        let file = release()
        guard Glibc.close(file.rawValue) == 0 else { throw LinuxError(last: "close") }
    }

    /// Another descriptor for the same open file, closed on exec.
    public func duplicate() throws(LinuxError) -> Descriptor {
        try Self.duplicate(of: file)
    }

    /// A descriptor of the caller's own for the open file `file`, closed on exec.
    public static func duplicate(of file: FileDescriptor) throws(LinuxError) -> Descriptor {
        let copy = nx_fcntl_int(file.rawValue, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw LinuxError(last: "dup") }
        return Descriptor(taking: FileDescriptor(rawValue: copy))
    }

    /// Whether the file is open for writing; see fcntl(2).
    public func isWritable() throws(LinuxError) -> Bool {
        let flags = nx_fcntl_int(file.rawValue, F_GETFL, 0)
        guard flags >= 0 else { throw LinuxError(last: "fcntl") }
        return flags & O_ACCMODE != O_RDONLY && flags & Int32(nx_o_path) == 0
    }
}

extension Descriptor {
    /// Flags of open(2).
    public struct Flags: OptionSet, Sendable {
        /// The bits as open(2) takes them.
        public let rawValue: Int32

        /// Flags of the bits as open(2) takes them.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// O_RDONLY.
        public static let readOnly = Flags(rawValue: O_RDONLY)
        /// O_WRONLY.
        public static let writeOnly = Flags(rawValue: O_WRONLY)
        /// O_RDWR.
        public static let readWrite = Flags(rawValue: O_RDWR)
        /// O_CREAT.
        public static let create = Flags(rawValue: O_CREAT)
        /// O_EXCL.
        public static let exclusive = Flags(rawValue: O_EXCL)
        /// O_TRUNC.
        public static let truncate = Flags(rawValue: O_TRUNC)
        /// O_DIRECTORY: fail on anything but a directory.
        public static let directory = Flags(rawValue: O_DIRECTORY)
        /// O_NOFOLLOW: fail on a symbolic link.
        public static let noFollow = Flags(rawValue: O_NOFOLLOW)
        /// O_NONBLOCK.
        public static let nonBlocking = Flags(rawValue: O_NONBLOCK)
        /// O_PATH: a handle that can be neither read nor written.
        public static let pathOnly = Flags(rawValue: Int32(nx_o_path))
        /// O_NOATIME: leave the access time alone; for the owner and root only.
        public static let noAccessTime = Flags(rawValue: Int32(nx_o_noatime))
    }

    /// Opens `path`, closed on exec.
    public static func open(
        _ path: FilePath,
        _ flags: Flags,
        permissions: FilePermissions = []
    ) throws(LinuxError) -> Descriptor {
        let result = retrying {
            path.withPlatformString { nx_open($0, flags.rawValue | O_CLOEXEC, permissions.rawValue) }
        }
        guard result >= 0 else { throw LinuxError(last: "open \(path)") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }

    /// Opens `name` below this directory, closed on exec; see openat(2).
    public func open(
        _ name: FilePath,
        _ flags: Flags,
        permissions: FilePermissions = []
    ) throws(LinuxError) -> Descriptor {
        let directory = file.rawValue
        let result = retrying {
            name.withPlatformString { nx_openat(directory, $0, flags.rawValue | O_CLOEXEC, permissions.rawValue) }
        }
        guard result >= 0 else { throw LinuxError(last: "open \(name)") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }
}

/// Calls `body` again for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ body: () -> Result) -> Result {
    while true {
        let result = body()
        if result >= 0 || Glibc.errno != EINTR { return result }
    }
}
