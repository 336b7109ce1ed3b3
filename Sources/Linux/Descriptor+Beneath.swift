import CLinux
import Glibc
public import SystemPackage

/// What it takes to make entries in a directory that others may change meanwhile: each call is about one name in it, which
/// holds no slash and is neither `.` nor `..`, and nothing here follows a symbolic link.
extension Descriptor {
    /// Opens the entry `name`, closed on exec; see openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS.
    /// - Throws: `LinuxError`, with `ELOOP` for a symbolic link.
    public func openBeneath(
        _ name: FilePath,
        _ flags: Flags,
        permissions: FilePermissions = []
    ) throws(LinuxError) -> Descriptor {
        let all = flags.rawValue | O_CLOEXEC | O_NOFOLLOW
        let result = retrying {
            name.withPlatformString { nx_open_beneath(file.rawValue, $0, all, permissions.rawValue) }
        }
        guard result >= 0 else { throw LinuxError(last: "open \(name)") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }

    /// Opens the directory above this one.
    public func openParent() throws(LinuxError) -> Descriptor {
        try file.openParent()
    }

    /// Makes the symbolic link `name`, which says `target`, any bytes but NUL.
    public func makeSymbolicLink(_ name: FilePath, to target: [UInt8]) throws(LinuxError) {
        let text = target.map(CChar.init(bitPattern:)) + [0]
        guard name.withPlatformString({ symlinkat(text, file.rawValue, $0) }) == 0 else {
            throw LinuxError(last: "make the symbolic link")
        }
    }

    /// A FIFO or a device node.
    public enum Node: Sendable, Equatable {
        case fifo
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
    }

    /// Makes a FIFO or a device node called `name`, for its owner alone.
    public func makeNode(_ name: FilePath, _ node: Node) throws(LinuxError) {
        let (type, device) =
            switch node {
            case .fifo: (S_IFIFO, dev_t(0))
            case .characterDevice(let major, let minor): (S_IFCHR, nx_device(major, minor))
            case .blockDevice(let major, let minor): (S_IFBLK, nx_device(major, minor))
            }
        guard name.withPlatformString({ mknodat(file.rawValue, $0, type | 0o600, device) }) == 0 else {
            throw LinuxError(last: "make the node")
        }
    }

    /// Gives the file that `handle` stands for, a symbolic link itself, another name in this directory.
    public func makeHardLink(_ name: FilePath, to handle: borrowing Descriptor) throws(LinuxError) {
        let source = "/proc/self/fd/\(handle.file.rawValue)"
        let result = name.withPlatformString { linkat(AT_FDCWD, source, file.rawValue, $0, AT_SYMLINK_FOLLOW) }
        guard result == 0 else { throw LinuxError(last: "make the hard link") }
    }

    /// Sets the time of the last modification of what is open, or of what a handle stands for.
    public func setModification(seconds: Int64, nanoseconds: UInt32) throws(LinuxError) {
        guard nx_set_modification(file.rawValue, seconds, Int64(nanoseconds)) == 0 else {
            throw LinuxError(last: "set the time")
        }
    }

    /// Sets those of ``FileAttributes/Flags/all`` that are in `flags`, and clears the others, of a file open for reading.
    public func setFlags(_ flags: FileAttributes.Flags) throws(LinuxError) {
        let mask = UInt32(truncatingIfNeeded: FileAttributes.Flags.all.rawValue)
        let wanted = UInt32(truncatingIfNeeded: flags.intersection(.all).rawValue)
        guard nx_set_flags(file.rawValue, mask, wanted) == 0 else { throw LinuxError(last: "set the flags") }
    }

    /// Removes an extended attribute, if there is one of that name.
    public func removeAttribute(_ name: [UInt8]) throws(LinuxError) {
        let text = name.map(CChar.init(bitPattern:)) + [0]
        guard nx_remove_attribute("/proc/self/fd/\(file.rawValue)", text) == 0 else {
            if Glibc.errno == ENODATA { return }
            throw LinuxError(last: "remove the attribute \(printable(name))")
        }
    }
}

/// Writing a file piece by piece, each to its place.
extension Descriptor {
    /// Makes the contents of this file, an empty one, those of `other` by sharing its blocks; see ioctl_ficlone(2).
    /// - Returns: Whether the filesystem could do that; if not, nothing has changed.
    public func shareContents(of other: FileDescriptor) -> Bool {
        nx_ficlone(file.rawValue, other.rawValue) == 0
    }

    /// Makes the bytes from `offset` those of `buffer`; what lies before and was not written is a hole.
    public func write(_ buffer: ByteBuffer, at offset: UInt64) throws(LinuxError) {
        var rest = buffer.bytes
        var position = Int(clamping: offset)
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = pwrite(file.rawValue, start, rest.count, position)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                position += count
            } else if count == 0 || Glibc.errno != EINTR {
                throw LinuxError(count == 0 ? .ioError : .lastCall, "write")
            }
        }
    }

    /// Makes the file `size` bytes long; what is added is a hole.
    public func setSize(_ size: UInt64) throws(LinuxError) {
        guard retrying({ ftruncate(file.rawValue, Int(clamping: size)) }) == 0 else {
            throw LinuxError(last: "set the size")
        }
    }

    /// Starts writing a part of the file to the disk, without waiting for it.
    public func startWriteback(offset: UInt64, byteCount: UInt64) {
        _ = nx_start_writeback(file.rawValue, Int64(clamping: offset), Int64(clamping: byteCount))
    }

    /// Sees to it that programs that are started do not get this descriptor.
    public func closeOnExec() {
        _ = nx_fcntl_int(file.rawValue, F_SETFD, FD_CLOEXEC)
    }
}

/// How many bytes at the start of two arrays are the same.
public func commonPrefixLength(_ one: [UInt8], _ other: [UInt8]) -> Int {
    one.withUnsafeBufferPointer { one in
        other.withUnsafeBufferPointer { other in
            guard let first = one.baseAddress, let second = other.baseAddress else { return 0 }
            return nx_common_prefix(first, second, min(one.count, other.count))
        }
    }
}
