import CLinux
public import SystemPackage

extension Descriptor {
    /// Writes the file `name` in this directory so that a crash at any instruction leaves the old contents or the new.
    ///
    /// - Parameters:
    ///   - staging: The name it has while it is written; what had that name goes.
    ///   - synchronizesName: Whether the new contents are on stable storage when this returns; if not, that is so once the
    ///     filesystem has been synchronized.
    public func writeDurably(
        _ bytes: [UInt8],
        to name: FilePath,
        staging: FilePath,
        permissions: FilePermissions = .ownerReadWrite,
        synchronizesName: Bool = true
    ) throws(LinuxError) {
        try removeFileIfThere(staging)
        do {
            let file = try open(staging, [.writeOnly, .create, .exclusive, .noFollow], permissions: permissions)
            try file.write(bytes)
            // What a btrfs keeps in its metadata is committed together with the name, and needs no sync of its own.
            if synchronizesName || nx_btrfs_is_inline(file.file.rawValue) == 0 { try file.synchronize() }
            try rename(staging, to: name)
        } catch {
            // On a full disk what was written in part only is in the way of everything else.
            _ = try? removeFileIfThere(staging)
            throw error
        }
        if synchronizesName { try synchronize() }
    }

    /// Removes the entry `name` and tells whether there was one.
    @discardableResult
    public func removeFileIfThere(_ name: FilePath) throws(LinuxError) -> Bool {
        do {
            try removeFile(name)
            return true
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
    }
}
