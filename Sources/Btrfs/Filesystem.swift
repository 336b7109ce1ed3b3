import CBtrfs
public import Linux
public import SystemPackage

/// What is asked of a whole btrfs through any open file on it.
extension Descriptor {
    /// Deletes the subvolume `name` in this directory; one with subvolumes in it is refused.
    ///
    /// It is gone from the directory at once, and for good once the filesystem is synchronized.
    public func deleteSubvolume(_ name: FilePath) throws(BtrfsError) {
        try check("delete the subvolume \(name)") {
            name.withPlatformString { btrfs_util_delete_subvolume_fd(file.rawValue, $0, 0) }
        }
    }

    /// Returns once every change made so far on this btrfs is on stable storage.
    public func commitFilesystem() throws(BtrfsError) {
        var transaction: UInt64 = 0
        try check("start a commit") { btrfs_util_start_sync_fd(file.rawValue, &transaction) }
        try check("wait for a commit") { btrfs_util_wait_sync_fd(file.rawValue, transaction) }
    }

    /// The id of the subvolume that is mounted when no other is named.
    public func defaultSubvolumeID() throws(BtrfsError) -> UInt64 {
        var id: UInt64 = 0
        try check("read the default subvolume") { btrfs_util_get_default_subvolume_fd(file.rawValue, &id) }
        return id
    }
}
