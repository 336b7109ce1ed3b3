import CLinux
import Glibc
public import SystemPackage

/// Directories and what is in them, made, changed and removed by name; nothing here follows a symbolic link.
extension Descriptor {
    /// Opens the directory at `path`, which is relative to this one, one component after another.
    public func openDirectory(_ path: FilePath) throws(LinuxError) -> Descriptor {
        var directory = try open(".", [.readOnly, .directory])
        for component in path.components {
            directory = try directory.open(
                FilePath(root: nil, components: component),
                [.readOnly, .directory, .noFollow]
            )
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

    /// Gives this open file the access and modification times of another.
    public func setTimes(of status: FileStatus) throws(LinuxError) {
        let times = [
            timespec(tv_sec: Int(status.accessSeconds), tv_nsec: Int(status.accessNanoseconds)),
            timespec(tv_sec: Int(status.modificationSeconds), tv_nsec: Int(status.modificationNanoseconds)),
        ]
        guard futimens(file.rawValue, times) == 0 else { throw LinuxError(last: "set times") }
    }

    /// Gives the entry `name` itself the access and modification times of another file.
    public func setTimes(of status: FileStatus, named name: FilePath) throws(LinuxError) {
        let times = [
            timespec(tv_sec: Int(status.accessSeconds), tv_nsec: Int(status.accessNanoseconds)),
            timespec(tv_sec: Int(status.modificationSeconds), tv_nsec: Int(status.modificationNanoseconds)),
        ]
        guard name.withPlatformString({ utimensat(file.rawValue, $0, times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw LinuxError(last: "set the times of \(name)")
        }
    }

    /// Renames `old` to `new`, which must not be there; see renameat2(2), RENAME_NOREPLACE.
    public func renameWithoutReplacing(_ old: FilePath, to new: FilePath) throws(LinuxError) {
        let result = old.withPlatformString { old in
            new.withPlatformString { new in nx_rename_noreplace(file.rawValue, old, file.rawValue, new) }
        }
        guard result == 0 else { throw LinuxError(last: "rename \(old) to \(new)") }
    }

    /// The id of the mount that holds this open file; see statx(2), STATX_MNT_ID.
    public func mountID() throws(LinuxError) -> UInt64 {
        let id = nx_mount_id(file.rawValue)
        guard id >= 0 else { throw LinuxError(last: "statx") }
        return UInt64(id)
    }

    /// Removes the entry `name` with all that is in it, however deep.
    ///
    /// Only this process may change what is below; directories are left by `..`, so that depth costs no descriptors.
    public func removeTree(_ name: FilePath) throws(LinuxError) {
        guard try status(of: name).kind == .directory else { return try removeFile(name) }
        var directory = try open(name, [.readOnly, .directory, .noFollow])
        var levels = [(name: name, pending: try directory.entryNames())]
        while let level = levels.last {
            if let entry = try directory.removeEntries(of: &levels[levels.count - 1].pending) {
                directory = try directory.open(entry, [.readOnly, .directory, .noFollow])
                levels.append((entry, try directory.entryNames()))
            } else {
                directory = try directory.open("..", [.readOnly, .directory])
                levels.removeLast()
                try directory.removeDirectory(level.name)
            }
        }
    }

    /// Removes entries of this directory up to the first directory that is not empty, and returns that.
    private func removeEntries(of pending: inout [FilePath]) throws(LinuxError) -> FilePath? {
        while let name = pending.popLast() {
            guard try status(of: name).kind == .directory else {
                try removeFile(name)
                continue
            }
            do {
                try removeDirectory(name)
            } catch {
                guard error.errno == .directoryNotEmpty || error.errno == .fileExists else { throw error }
                return name
            }
        }
        return nil
    }
}
