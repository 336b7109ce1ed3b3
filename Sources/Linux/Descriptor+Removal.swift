import Glibc
public import SystemPackage

extension Descriptor {
    /// Removes the entry `name` with all that is in it, however deep; no symbolic link is followed.
    ///
    /// Nobody else may change what is below meanwhile: directories are left by `..`, so that depth costs no descriptors.
    /// - Throws: `LinuxError`, with `EBUSY` for a directory that another filesystem is mounted on, which is never entered.
    public func removeTree(_ name: FilePath) throws(LinuxError) {
        guard try status(of: name).kind == .directory else { return try removeFile(name) }
        try enter(name, mountID()).removeContents()
        try removeDirectory(name)
    }

    /// Removes all that is in this directory, as ``removeTree(_:)`` does.
    public func removeContents() throws(LinuxError) {
        let mount = try mountID()
        var directory = try open(".", [.readOnly, .directory])
        var names: [FilePath] = []
        var pending = [try directory.entryNames()]
        while let last = pending.indices.last {
            if let entry = try directory.removeEntries(&pending[last]) {
                directory = try directory.enter(entry, mount)
                names.append(entry)
                pending.append(try directory.entryNames())
            } else {
                pending.removeLast()
                guard let name = names.popLast() else { return }
                directory = try directory.open("..", [.readOnly, .directory])
                try directory.removeDirectory(name)
            }
        }
    }

    private func enter(_ name: FilePath, _ mount: UInt64) throws(LinuxError) -> Descriptor {
        let directory = try open(name, [.readOnly, .directory, .noFollow])
        guard try directory.mountID() == mount else { throw LinuxError(.resourceBusy, "enter the mounted \(name)") }
        return directory
    }

    /// Removes entries of this directory up to the first directory that is not empty, and returns that.
    private func removeEntries(_ pending: inout [FilePath]) throws(LinuxError) -> FilePath? {
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
