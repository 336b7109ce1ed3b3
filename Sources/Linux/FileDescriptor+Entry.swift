import CLinux
import Glibc
public import SystemPackage

/// What a walk does with an open directory, by the last component of a path.
extension FileDescriptor {
    /// Opens the directory `path` names, or a file; never follows a symbolic link, never waits for a FIFO.
    ///
    /// Reading leaves the access time alone where this process may have that, see open(2) on O_NOATIME.
    public func openEntry(_ path: EntryPath, directory: Bool = false) throws(LinuxError) -> Descriptor {
        let base = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (directory ? O_DIRECTORY : 0)
        var result = retrying { path.withName { nx_openat(rawValue, $0, base | Int32(nx_o_noatime), 0) } }
        if result < 0, Glibc.errno == EPERM {
            result = retrying { path.withName { nx_openat(rawValue, $0, base, 0) } }
        }
        guard result >= 0 else { throw LinuxError(last: "open") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }

    /// Opens the directory above this one.
    public func openParent() throws(LinuxError) -> Descriptor {
        let result = retrying { nx_openat(rawValue, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0) }
        guard result >= 0 else { throw LinuxError(last: "open the directory above") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }

    /// Opens a handle of the entry `path` names that can be neither read nor written, without touching what it stands for.
    public func openHandle(_ path: EntryPath) throws(LinuxError) -> Descriptor {
        let flags = Int32(nx_o_path) | O_NOFOLLOW | O_CLOEXEC
        let result = retrying { path.withName { nx_openat(rawValue, $0, flags, 0) } }
        guard result >= 0 else { throw LinuxError(last: "open") }
        return Descriptor(taking: FileDescriptor(rawValue: result))
    }

    /// Puts the target of the symbolic link that this handle stands for, terminated by NUL, into `buffer`.
    public func readLinkTarget(into buffer: ByteBuffer) throws(LinuxError) {
        buffer.clear()
        let limit = Int(PATH_MAX)
        let count = buffer.fill(limit) { start in
            retrying { readlinkat(rawValue, "", start.assumingMemoryBound(to: CChar.self), limit) }
        }
        guard count >= 0 else { throw LinuxError(last: "readlink") }
        guard count < limit else { throw LinuxError(.fileNameTooLong, "readlink") }
        try buffer.append([0])
    }
}
