/// What a restoration has done, or would do; told at its end, also when it failed after something was restored.
public struct RestorationResult: Sendable, Codable, Equatable {
    /// Something that an entry had in the backup and could not be given back.
    public enum Loss: String, Sendable, Codable, CaseIterable {
        /// The owner or the group; set-user-ID and set-group-ID bits are then left off, too.
        case owner
        /// Permissions or times of a directory that belongs to somebody else.
        case permissions
        /// A device node, which was not made.
        case device
        /// An extended attribute.
        case attribute
        /// A POSIX ACL.
        case acl
        /// A flag, such as immutable.
        case flags
        /// A socket, which is nothing without its process and was not made.
        case socket
        /// What is in a directory of a snapshot on which another filesystem is mounted.
        case otherFilesystem = "other-filesystem"
    }

    /// How many entries lost something of one kind.
    public struct Lost: Sendable, Codable, Equatable {
        /// The kind.
        public var what: Loss
        /// Entries.
        public var count: UInt64
        /// The path in the backup of the first, for a message, and why.
        public var first: String

        /// Creates one.
        public init(what: Loss, count: UInt64, first: String) {
            self.what = what
            self.count = count
            self.first = first
        }
    }

    /// Where a path that was selected came to be.
    public struct Placed: Sendable, Codable, Equatable {
        /// The path in the backup, as bytes.
        public var selected: [UInt8]
        /// The absolute path it was restored to, as bytes; in a directory that was inherited, the name in it.
        public var target: [UInt8]

        /// Creates one.
        public init(selected: [UInt8], target: [UInt8]) {
            self.selected = selected
            self.target = target
        }
    }

    /// Entries that were not there.
    public var created: UInt64 = 0
    /// Entries that took another's place, and directories that were changed.
    public var replaced: UInt64 = 0
    /// Entries in whose place was something that was kept.
    public var kept: UInt64 = 0
    /// Entries that looked the same as what was there, and directories left as they were.
    public var unchanged: UInt64 = 0
    /// Entries that were not restored as something is in the way.
    public var conflicts: UInt64 = 0
    /// Of the first conflict, its path in the backup and the reason, as one sentence; empty when there is none.
    public var firstConflict = ""
    /// Bytes of content that were written, or would be.
    public var byteCount: UInt64 = 0
    /// What could not be given back, one item for each kind of which there is some.
    public var lost: [Lost] = []
    /// Where what was selected is now, at most 1,000 of them and not more than 100,000 bytes; empty until it is whole, with `besideOriginals`.
    public var placed: [Placed] = []

    /// Creates the result of having done nothing.
    public init() {}
}
