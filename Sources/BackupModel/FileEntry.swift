/// An entry of an export, as its index tells of it.
public struct FileEntry: Sendable, Equatable {
    /// What an entry is; raw values are what the bus sees.
    public enum Kind: String, Sendable, CaseIterable {
        case file
        case directory
        case symbolicLink = "symlink"
        case fifo
        case characterDevice = "character-device"
        case blockDevice = "block-device"
    }

    /// The entry's name in its directory, or its path in the export without a slash at its start; any bytes but NUL.
    public var path: [UInt8]
    /// What it is.
    public var kind: Kind
    /// Bytes of a file's content, holes included, or of a symbolic link's target; 0 for anything else.
    public var size: UInt64
    /// Permission bits, with set-user-ID and the like.
    public var permissions: UInt32
    /// Owner.
    public var userID: UInt32
    /// Group.
    public var groupID: UInt32
    /// Last modification, in seconds since 1970-01-01 UTC, rounded down.
    public var modified: Int64
    /// Nanoseconds on top of ``modified``.
    public var modifiedNanoseconds: UInt32
    /// Whether it is a further name of a file that the export holds under an earlier one.
    public var isHardLink: Bool

    /// Creates an entry from its parts.
    public init(
        path: [UInt8],
        kind: Kind,
        size: UInt64 = 0,
        permissions: UInt32 = 0o644,
        userID: UInt32 = 0,
        groupID: UInt32 = 0,
        modified: Int64 = 0,
        modifiedNanoseconds: UInt32 = 0,
        isHardLink: Bool = false
    ) {
        self.path = path
        self.kind = kind
        self.size = size
        self.permissions = permissions
        self.userID = userID
        self.groupID = groupID
        self.modified = modified
        self.modifiedNanoseconds = modifiedNanoseconds
        self.isHardLink = isHardLink
    }
}
