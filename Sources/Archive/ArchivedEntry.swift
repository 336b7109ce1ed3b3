public import Linux

/// What an archive's header says of one member, as who wrote the archive has stored it: nothing is converted, and nothing of
/// it can be trusted.
///
/// The paths are any bytes but NUL, and may be absolute, empty or hold `..`; who creates files by them must see to it that
/// none lands outside of where they belong.
public struct ArchivedEntry: Sendable, Equatable {
    /// What a member is.
    public enum Kind: Sendable, Equatable {
        /// A regular file; its content follows.
        case regular
        /// Another name of an earlier member, ``ArchivedEntry/linkTarget``.
        case hardLink
        case directory
        case symbolicLink
        case fifo
        case characterDevice
        case blockDevice
    }

    /// An extended attribute; its name is that of xattr(7), with its namespace.
    public struct Attribute: Sendable, Equatable {
        /// The name, any bytes but NUL.
        public var name: [UInt8]
        /// The value.
        public var value: [UInt8]
    }

    /// The member's name; that of a directory without the slash that tar puts at its end.
    public internal(set) var path: [UInt8] = []
    /// What it is.
    public internal(set) var kind = Kind.regular
    /// What a symbolic link says, or the path of the member that a hard link is another name of; empty for all others.
    public internal(set) var linkTarget: [UInt8] = []
    /// Bytes of a regular file's content, holes included; 0 for all others.
    public internal(set) var size: UInt64 = 0
    /// Where a regular file's content is, in order and without overlaps, what lies between being holes; nil when it has none.
    public internal(set) var dataExtents: [DataExtent]?
    /// Permission bits, with set-user-ID and the like.
    public internal(set) var permissions: UInt32 = 0
    /// Owner.
    public internal(set) var userID: UInt32 = 0
    /// Group.
    public internal(set) var groupID: UInt32 = 0
    /// Last modification: whole seconds since 1970-01-01 UTC, rounded down.
    public internal(set) var modificationSeconds: Int64 = 0
    /// Last modification: nanoseconds on top of the seconds, below 1,000,000,000.
    public internal(set) var modificationNanoseconds: UInt32 = 0
    /// The major number of what a device node stands for.
    public internal(set) var deviceMajor: UInt32 = 0
    /// The minor number of what a device node stands for.
    public internal(set) var deviceMinor: UInt32 = 0
    /// Extended attributes; among them are POSIX ACLs only where another program than this product's has stored them so.
    public internal(set) var extendedAttributes: [Attribute] = []
    /// The POSIX ACL, in the text form of acl(5), its lines separated by commas or newlines; a user or group may have its
    /// number in a fourth field, or as its name. Nil when there is none beyond the permissions.
    public internal(set) var accessACL: [UInt8]?
    /// The default ACL of a directory, in the same form.
    public internal(set) var defaultACL: [UInt8]?
    /// Flags such as immutable.
    public internal(set) var flags: FileAttributes.Flags = []
}
