import CBtrfs
import Glibc
public import Linux
public import SystemPackage

/// An open subvolume of a btrfs; see btrfs-subvolume(8) and libbtrfsutil.
public struct Subvolume: ~Copyable, Sendable {
    /// The open directory at its top.
    public let directory: Descriptor
    /// Its id, unique within the filesystem.
    public let id: UInt64

    /// Takes `directory` for what it is; nil when that is no subvolume's top, or on another filesystem than btrfs.
    /// - Throws: `BtrfsError` when the kernel can't tell.
    public init?(_ directory: consuming Descriptor) throws(BtrfsError) {
        guard let id = try directory.subvolumeID() else { return nil }
        self.directory = directory
        self.id = id
    }

    /// What the filesystem keeps of it.
    public func information() throws(BtrfsError) -> SubvolumeInformation {
        var information = btrfs_util_subvolume_info()
        try check("read the properties of a subvolume") {
            btrfs_util_subvolume_info_fd(directory.file.rawValue, 0, &information)
        }
        return SubvolumeInformation(information)
    }

    /// Whether nothing in it can be changed.
    public func isReadOnly() throws(BtrfsError) -> Bool {
        var isReadOnly = false
        try check("read the flags of a subvolume") {
            btrfs_util_get_subvolume_read_only_fd(directory.file.rawValue, &isReadOnly)
        }
        return isReadOnly
    }

    /// Makes it one in which nothing can be changed, or one in which everything can; on stable storage when this returns.
    public func setReadOnly(_ isReadOnly: Bool) throws(BtrfsError) {
        try check("make a subvolume \(isReadOnly ? "read-only" : "writable")") {
            btrfs_util_set_subvolume_read_only_fd(directory.file.rawValue, isReadOnly)
        }
    }

    /// The subvolumes in it at any depth, each before those in it.
    ///
    /// Without CAP_SYS_ADMIN, those that this process may not look into are left out.
    public func nested() throws(BtrfsError) -> [NestedSubvolume] {
        var iterator: OpaquePointer?
        try check("list the nested subvolumes") {
            btrfs_util_create_subvolume_iterator_fd(directory.file.rawValue, 0, 0, &iterator)
        }
        defer { btrfs_util_destroy_subvolume_iterator(iterator) }
        var result: [NestedSubvolume] = []
        while true {
            var path: UnsafeMutablePointer<CChar>?
            var id: UInt64 = 0
            let code = btrfs_util_subvolume_iterator_next(iterator, &path, &id)
            let reason = Errno.lastCall
            guard code != BTRFS_UTIL_ERROR_STOP_ITERATION else { return result }
            guard code == BTRFS_UTIL_OK, let path else { throw BtrfsError(code, reason, "list the nested subvolumes") }
            result.append(NestedSubvolume(path: FilePath(platformString: path), id: id))
            free(path)
        }
    }

    /// Makes a snapshot of it in `parent`, called `name`, in which nested subvolumes are empty directories; on stable storage
    /// when this returns.
    /// - Throws: `BtrfsError`, with `ETXTBSY` when it holds a swap file in use, with `EXDEV` for another filesystem.
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

/// A subvolume in another one.
public struct NestedSubvolume: Sendable, Hashable {
    /// Its path relative to the outer one.
    public let path: FilePath
    /// Its id, unique within the filesystem.
    public let id: UInt64

    /// Creates a value from its parts.
    public init(path: FilePath, id: UInt64) {
        self.path = path
        self.id = id
    }
}

/// What the filesystem keeps of a subvolume.
public struct SubvolumeInformation: Sendable, Equatable {
    /// Its id, unique within the filesystem.
    public let id: UInt64
    /// Its UUID, 16 bytes.
    public let uuid: [UInt8]
    /// The UUID of what it is a snapshot of; zeroes for what is no snapshot.
    public let parentUUID: [UInt8]
    /// The transaction that last changed it.
    public let generation: UInt64
    /// Whether nothing in it can be changed.
    public let isReadOnly: Bool

    init(_ information: btrfs_util_subvolume_info) {
        id = information.id
        uuid = withUnsafeBytes(of: information.uuid) { Array($0) }
        parentUUID = withUnsafeBytes(of: information.parent_uuid) { Array($0) }
        generation = information.generation
        // BTRFS_ROOT_SUBVOL_RDONLY of the root item on disk.
        isReadOnly = information.flags & 1 != 0
    }
}
