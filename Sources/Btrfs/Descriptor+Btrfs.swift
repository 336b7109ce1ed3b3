import CBtrfs
public import Linux
public import SystemPackage

/// What is asked of a whole btrfs, or of a directory in it, through any open file on it.
extension Descriptor {
    /// The id of the btrfs that holds this open file, the same for all its subvolumes and mounts; nil where it is no btrfs.
    public func btrfsID() -> [UInt8]? {
        // The number of the ioctl means something else elsewhere.
        guard btrfs_util_is_subvolume_fd(file.rawValue) != BTRFS_UTIL_ERROR_NOT_BTRFS else { return nil }
        var id = [UInt8](repeating: 0, count: 16)
        return nx_btrfs_filesystem_id(file.rawValue, &id) == 0 ? id : nil
    }

    /// The id of the subvolume whose top this directory is; nil where it is none's.
    public func subvolumeID() throws(BtrfsError) -> UInt64? {
        switch btrfs_util_is_subvolume_fd(file.rawValue) {
        case BTRFS_UTIL_OK: break
        case BTRFS_UTIL_ERROR_NOT_BTRFS, BTRFS_UTIL_ERROR_NOT_SUBVOLUME: return nil
        case let error: throw BtrfsError(error, .lastCall, "look at a directory")
        }
        var id: UInt64 = 0
        try check("read the id of a subvolume") { btrfs_util_subvolume_id_fd(file.rawValue, &id) }
        return id
    }

    /// Makes an empty subvolume called `name` in this directory.
    public func makeSubvolume(_ name: FilePath) throws(BtrfsError) {
        try check("make the subvolume \(name)") {
            name.withPlatformString { btrfs_util_create_subvolume_fd(file.rawValue, $0, 0, nil, nil) }
        }
    }

    /// Deletes the subvolume `name` in this directory; one with subvolumes in it is refused with `ENOTEMPTY`, and so is, with
    /// `EPERM`, one that `btrfs send` reads and the one that is mounted by default.
    ///
    /// It is gone from the directory at once, and for good once the filesystem is committed.
    public func deleteSubvolume(_ name: FilePath) throws(BtrfsError) {
        try check("delete the subvolume \(name)") {
            name.withPlatformString { btrfs_util_delete_subvolume_fd(file.rawValue, $0, 0) }
        }
    }

    /// Returns once every change of metadata made so far on this btrfs, and every file synchronized, is on stable storage.
    public func commitFilesystem() throws(BtrfsError) {
        var transaction: UInt64 = 0
        try check("start a commit") { btrfs_util_start_sync_fd(file.rawValue, &transaction) }
        try check("wait for a commit") { btrfs_util_wait_sync_fd(file.rawValue, transaction) }
    }

    /// The id of the subvolume that is mounted when no other is named; needs CAP_SYS_ADMIN.
    public func defaultSubvolumeID() throws(BtrfsError) -> UInt64 {
        var id: UInt64 = 0
        try check("read the default subvolume") { btrfs_util_get_default_subvolume_fd(file.rawValue, &id) }
        return id
    }

    /// Bytes that are in the subvolume `id` of this btrfs alone; nil where the filesystem does not count, as its quotas are
    /// off, or does not tell, as this process lacks CAP_SYS_ADMIN.
    public func exclusiveByteCount(ofSubvolume id: UInt64) -> UInt64? {
        var count: UInt64 = 0
        return nx_btrfs_exclusive_bytes(file.rawValue, id, &count) == 0 ? count : nil
    }
}
