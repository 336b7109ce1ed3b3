import CLinux
import Glibc
public import SystemPackage

/// What an open directory can be asked and told, each by the name of one entry; nothing here follows a symbolic link.
extension Descriptor {
    /// The names in this directory, but for `.` and `..`, in no particular order.
    public func entryNames() throws(LinuxError) -> [FilePath] {
        // A descriptor of its own, as readdir keeps its position in the open file.
        let copy = try open(".", [.readOnly, .directory]).release()
        guard let stream = fdopendir(copy.rawValue) else {
            let error = LinuxError(last: "fdopendir")
            _ = Glibc.close(copy.rawValue)
            throw error
        }
        defer { closedir(stream) }
        var names: [FilePath] = []
        while true {
            Glibc.errno = 0
            guard let entry = readdir(stream) else {
                guard Glibc.errno == 0 else { throw LinuxError(last: "readdir") }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath(platformString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Removes the entry `name`, which is no directory; see unlink(2).
    public func removeFile(_ name: FilePath) throws(LinuxError) {
        let directory = file.rawValue
        guard name.withPlatformString({ unlinkat(directory, $0, 0) }) == 0 else {
            throw LinuxError(last: "unlink \(name)")
        }
    }

    /// Renames `old` to `new`, atomically replacing what `new` was; see rename(2).
    public func rename(_ old: FilePath, to new: FilePath) throws(LinuxError) {
        let directory = file.rawValue
        let result = old.withPlatformString { old in
            new.withPlatformString { new in renameat(directory, old, directory, new) }
        }
        guard result == 0 else { throw LinuxError(last: "rename \(old) to \(new)") }
    }

    /// Returns once everything written to this file, or the names in this directory, are on stable storage; see fsync(2).
    public func synchronize() throws(LinuxError) {
        guard retrying({ fsync(file.rawValue) }) == 0 else { throw LinuxError(last: "fsync") }
    }

    /// What the kernel tells of this open file; see fstat(2).
    public func status() throws(LinuxError) -> FileStatus {
        var result = stat()
        guard retrying({ fstat(file.rawValue, &result) }) == 0 else { throw LinuxError(last: "fstat") }
        return FileStatus(result)
    }

    /// What the kernel tells of the entry `name` itself; see fstatat(2).
    public func status(of name: FilePath) throws(LinuxError) -> FileStatus {
        var result = stat()
        let directory = file.rawValue
        let code = retrying { name.withPlatformString { fstatat(directory, $0, &result, AT_SYMLINK_NOFOLLOW) } }
        guard code == 0 else {
            throw LinuxError(last: "stat \(name)")
        }
        return FileStatus(result)
    }
}
