import CLinux
import Glibc
public import SystemPackage

/// Entries of an open directory, made and changed by name; nothing here follows a symbolic link.
extension Descriptor {
    /// Opens the directory at `path`, which is relative to this one, one component after another.
    public func openDirectory(_ path: FilePath) throws(LinuxError) -> Descriptor {
        var directory = try open(".", [.readOnly, .directory])
        // The bytes are taken apart, as walking the components of a path costs more with each.
        for name in path.bytes.split(separator: UInt8(ascii: "/")).map({ FilePath(bytes: $0) }) {
            directory = try directory.open(name, [.readOnly, .directory, .noFollow])
        }
        return directory
    }

    /// Makes the directory `name`, for its owner alone.
    public func makeDirectory(_ name: FilePath) throws(LinuxError) {
        guard name.withPlatformString({ mkdirat(file.rawValue, $0, 0o700) }) == 0 else {
            throw LinuxError(last: "make the directory \(name)")
        }
    }

    /// Removes the empty directory `name`.
    public func removeDirectory(_ name: FilePath) throws(LinuxError) {
        guard name.withPlatformString({ unlinkat(file.rawValue, $0, AT_REMOVEDIR) }) == 0 else {
            throw LinuxError(last: "remove the directory \(name)")
        }
    }

    /// Makes a copy of this symbolic link, opened with `pathOnly`, called `name` in `other`; what it says is copied byte for
    /// byte.
    public func copyLink(to other: borrowing Descriptor, named name: FilePath) throws(LinuxError) {
        // Not as a path, whose shortest form would lose a double or last slash.
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlinkat(file.rawValue, "", &target, target.count - 1) >= 0 else {
            throw LinuxError(last: "read the symbolic link")
        }
        guard name.withPlatformString({ symlinkat(target, other.file.rawValue, $0) }) == 0 else {
            throw LinuxError(last: "make the symbolic link")
        }
    }

    /// Makes a FIFO or a device node called `name` in this directory, like the file of which `status` tells.
    public func makeNode(_ name: FilePath, like status: FileStatus) throws(LinuxError) {
        let mode = status.mode & S_IFMT | 0o600
        guard name.withPlatformString({ mknodat(file.rawValue, $0, mode, dev_t(status.specialDevice)) }) == 0 else {
            throw LinuxError(last: "make the node")
        }
    }

    /// Gives the file `name` in this directory a second name, `newName` in `other`; a symbolic link itself is meant.
    public func makeHardLink(
        _ name: FilePath,
        in other: borrowing Descriptor,
        named newName: FilePath
    ) throws(LinuxError) {
        let result = name.withPlatformString { name in
            newName.withPlatformString { linkat(file.rawValue, name, other.file.rawValue, $0, 0) }
        }
        guard result == 0 else { throw LinuxError(last: "link \(name) to \(newName)") }
    }

    /// Renames `old` to `new`, which must not be there; see renameat2(2), RENAME_NOREPLACE.
    public func renameWithoutReplacing(_ old: FilePath, to new: FilePath) throws(LinuxError) {
        let result = old.withPlatformString { old in
            new.withPlatformString { new in nx_rename_noreplace(file.rawValue, old, file.rawValue, new) }
        }
        guard result == 0 else { throw LinuxError(last: "rename \(old) to \(new)") }
    }

    /// Gives this open file the access and modification times of another.
    public func setTimes(of status: FileStatus) throws(LinuxError) {
        guard futimens(file.rawValue, status.times) == 0 else { throw LinuxError(last: "set the times") }
    }

    /// Gives the entry `name` itself the access and modification times of another file.
    public func setTimes(of status: FileStatus, named name: FilePath) throws(LinuxError) {
        let times = status.times
        guard name.withPlatformString({ utimensat(file.rawValue, $0, times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw LinuxError(last: "set the times of \(name)")
        }
    }
}

extension FileStatus {
    /// Access and modification time, as utimensat(2) takes them.
    fileprivate var times: [timespec] {
        [
            timespec(tv_sec: Int(accessSeconds), tv_nsec: Int(accessNanoseconds)),
            timespec(tv_sec: Int(modificationSeconds), tv_nsec: Int(modificationNanoseconds)),
        ]
    }
}
