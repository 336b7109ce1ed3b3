import CBtrfs
import Glibc
public import Linux
public import SystemPackage

/// An open subvolume of a btrfs; see btrfs-subvolume(8) and libbtrfsutil.
public struct Subvolume: ~Copyable {
    /// The open directory at its top.
    public let directory: Descriptor

    /// Takes `directory` for what it is; nil when that is no subvolume's top.
    /// - Throws: `BtrfsError` when the kernel can't tell.
    public init?(_ directory: consuming Descriptor) throws(BtrfsError) {
        let result = btrfs_util_is_subvolume_fd(directory.file.rawValue)
        switch result {
        case BTRFS_UTIL_OK: self.directory = directory
        case BTRFS_UTIL_ERROR_NOT_BTRFS, BTRFS_UTIL_ERROR_NOT_SUBVOLUME: return nil
        default: throw BtrfsError(result, .lastCall, "look at a directory")
        }
    }

    /// Whether `directory` is on a btrfs.
    public static func isBtrfs(_ directory: borrowing Descriptor) throws(BtrfsError) -> Bool {
        let result = btrfs_util_is_subvolume_fd(directory.file.rawValue)
        return result != BTRFS_UTIL_ERROR_NOT_BTRFS
    }

    /// Bytes that are in this subvolume alone; nil where the filesystem does not count, as its quotas are off.
    public func exclusiveByteCount() throws(BtrfsError) -> UInt64? {
        var count: UInt64 = 0
        switch nx_qgroup_exclusive(directory.file.rawValue, try id(), &count) {
        case 0: return UInt64(littleEndian: count)
        default: return nil
        }
    }

    /// Its id, unique within the filesystem.
    public func id() throws(BtrfsError) -> UInt64 {
        var id: UInt64 = 0
        try check("read the id of a subvolume") { btrfs_util_subvolume_id_fd(directory.file.rawValue, &id) }
        return id
    }

    /// What the filesystem keeps of it.
    public func information() throws(BtrfsError) -> Information {
        var information = btrfs_util_subvolume_info()
        try check("read the properties of a subvolume") {
            btrfs_util_subvolume_info_fd(directory.file.rawValue, 0, &information)
        }
        return Information(information)
    }

    /// Whether nothing in it can be changed.
    public func isReadOnly() throws(BtrfsError) -> Bool {
        var isReadOnly = false
        try check("read the flags of a subvolume") {
            btrfs_util_get_subvolume_read_only_fd(directory.file.rawValue, &isReadOnly)
        }
        return isReadOnly
    }

    /// Makes it one in which nothing can be changed, or one in which everything can.
    public func setReadOnly(_ isReadOnly: Bool) throws(BtrfsError) {
        try check("make a subvolume \(isReadOnly ? "read-only" : "writable")") {
            btrfs_util_set_subvolume_read_only_fd(directory.file.rawValue, isReadOnly)
        }
    }

    /// The subvolumes in it at any depth, by paths relative to it, each before those in it.
    ///
    /// Needs CAP_SYS_ADMIN.
    public func nested() throws(BtrfsError) -> [FilePath] {
        var iterator: OpaquePointer?
        try check("list the nested subvolumes") {
            btrfs_util_create_subvolume_iterator_fd(directory.file.rawValue, 0, 0, &iterator)
        }
        defer { btrfs_util_destroy_subvolume_iterator(iterator) }
        var paths: [FilePath] = []
        while true {
            var path: UnsafeMutablePointer<CChar>?
            let result = btrfs_util_subvolume_iterator_next(iterator, &path, nil)
            guard result != BTRFS_UTIL_ERROR_STOP_ITERATION else { return paths }
            guard result == BTRFS_UTIL_OK, let path else {
                throw BtrfsError(result, .lastCall, "list the nested subvolumes")
            }
            paths.append(FilePath(platformString: path))
            free(path)
        }
    }

    /// Makes a snapshot of it in `parent`, called `name`, without what is in its nested subvolumes.
    public func snapshot(
        into parent: borrowing Descriptor,
        named name: FilePath,
        isReadOnly: Bool
    ) throws(BtrfsError) {
        let flags = isReadOnly ? Int32(nx_snapshot_read_only) : 0
        try check("make the snapshot \(name)") {
            name.withPlatformString {
                btrfs_util_create_snapshot_fd2(directory.file.rawValue, parent.file.rawValue, $0, flags, nil, nil)
            }
        }
    }
}

extension Subvolume {
    /// What the filesystem keeps of a subvolume.
    public struct Information: Sendable, Equatable {
        /// Its id, unique within the filesystem.
        public let id: UInt64
        /// Its UUID.
        public let uuid: [UInt8]
        /// The UUID of what it is a snapshot of; zeroes for what is no snapshot.
        public let parentUUID: [UInt8]
        /// The transaction that last changed it.
        public let generation: UInt64

        init(_ information: btrfs_util_subvolume_info) {
            id = information.id
            uuid = withUnsafeBytes(of: information.uuid) { Array($0) }
            parentUUID = withUnsafeBytes(of: information.parent_uuid) { Array($0) }
            generation = information.generation
        }
    }
}
