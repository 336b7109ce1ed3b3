import Glibc
public import SystemPackage

/// Copying entries that are neither files nor directories from one directory to another.
extension Descriptor {
    /// Makes a copy of the symbolic link `name` in `other`; what it says is copied byte for byte.
    public func copyLink(_ name: FilePath, to other: borrowing Descriptor) throws(LinuxError) {
        // Not as a path, whose shortest form would lose a double or last slash.
        var target = [CChar](repeating: 0, count: 4097)
        let count = name.withPlatformString { readlinkat(file.rawValue, $0, &target, target.count - 1) }
        guard count >= 0 else { throw LinuxError(last: "read the link \(name)") }
        guard name.withPlatformString({ symlinkat(target, other.file.rawValue, $0) }) == 0 else {
            throw LinuxError(last: "make the link \(name)")
        }
    }

    /// Makes a FIFO or a device node called `name` in this directory, like the file of which `status` tells.
    public func makeNode(_ name: FilePath, like status: FileStatus) throws(LinuxError) {
        let type = status.mode & S_IFMT
        guard name.withPlatformString({ mknodat(file.rawValue, $0, type | 0o600, dev_t(status.specialDevice)) }) == 0
        else {
            throw LinuxError(last: "make the node \(name)")
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
}
