import Archive
import Linux

/// An entry of a backup as it is to be restored, whether it comes from an archive or from a snapshot; not its content.
struct BackupEntry: Equatable {
    /// Its path in the backup, ``isWellFormed(path:)``.
    var path: [UInt8] = []
    var kind = ArchivedEntry.Kind.regular
    /// What a symbolic link says, or the path in the backup that a hard link is another name of.
    var linkTarget: [UInt8] = []
    /// Bytes of a regular file, holes included.
    var size: UInt64 = 0
    var permissions: UInt32 = 0
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
    var modificationSeconds: Int64 = 0
    var modificationNanoseconds: UInt32 = 0
    var deviceMajor: UInt32 = 0
    var deviceMinor: UInt32 = 0
    /// Extended attributes, ACLs among them in the kernel's form.
    var attributes: [ExtendedAttribute] = []
    var flags: FileAttributes.Flags = []
    /// Whether it has an ACL that can't be understood.
    var hasForeignACL = false

    /// The names of the attributes in which the kernel keeps ACLs.
    static let accessACL = Array("system.posix_acl_access".utf8)
    static let defaultACL = Array("system.posix_acl_default".utf8)
}

extension BackupEntry {
    /// What an archive says of a member.
    init(_ entry: ArchivedEntry) {
        path = entry.path
        kind = entry.kind
        linkTarget = entry.linkTarget
        size = entry.size
        permissions = entry.permissions
        userID = entry.userID
        groupID = entry.groupID
        modificationSeconds = entry.modificationSeconds
        modificationNanoseconds = entry.modificationNanoseconds
        deviceMajor = entry.deviceMajor
        deviceMinor = entry.deviceMinor
        flags = entry.flags
        attributes = entry.extendedAttributes.map { ExtendedAttribute(name: $0.name, value: $0.value) }
        addACL(Self.accessACL, entry.accessACL)
        addACL(Self.defaultACL, entry.defaultACL)
    }

    private mutating func addACL(_ name: [UInt8], _ text: [UInt8]?) {
        guard let text else { return }
        guard let list = AccessControlList(text: text) else {
            hasForeignACL = true
            return
        }
        attributes.append(ExtendedAttribute(name: name, value: list.encoded))
    }
}

extension BackupEntry {
    /// What is shown as its permissions: with an ACL, its mask stands where those of the group are otherwise.
    var shownPermissions: UInt32 {
        permissions { entry in entry.subject == .mask }
    }

    /// The permissions that its owner, its group and others have by themselves, whatever an ACL adds.
    var ownPermissions: UInt32 {
        permissions { entry in entry.subject == .owningGroup }
    }

    private func permissions(ofGroup isIt: (AccessControlList.Entry) -> Bool) -> UInt32 {
        guard let attribute = attributes.first(where: { $0.name == Self.accessACL }),
            let entry = AccessControlList(encoded: attribute.value)?.entries.first(where: isIt)
        else { return permissions }
        return permissions & ~0o070 | UInt32(entry.permissions) << 3
    }
}

/// Whether `path` is that of something in a backup: it is not empty, and no component of it is empty, `.` or `..`, so that it
/// leads nowhere else than down.
func isWellFormed(path: [UInt8]) -> Bool {
    var length = 0
    var dots = 0
    for byte in path {
        switch byte {
        case UInt8(ascii: "/"):
            if length == 0 || (length == dots && dots <= 2) { return false }
            (length, dots) = (0, 0)
        case UInt8(ascii: "."):
            length += 1
            dots += 1
        case 0:
            return false
        default:
            length += 1
        }
    }
    return length > 0 && !(length == dots && dots <= 2)
}

extension [UInt8] {
    /// The directory that a path's last component is in, empty for none, and that component.
    var directoryAndName: (directory: [UInt8], name: [UInt8]) {
        guard let slash = lastIndex(of: UInt8(ascii: "/")) else { return ([], self) }
        return (Array(self[..<slash]), Array(self[(slash + 1)...]))
    }

    /// The path of what is called `path` in this directory.
    func appending(path: some Collection<UInt8>) -> [UInt8] {
        if isEmpty { return Array(path) }
        return path.isEmpty ? self : self + CollectionOfOne(UInt8(ascii: "/")) + path
    }
}

/// A path for a message, of which the end is shown where it is long.
func shortened(_ path: [UInt8]) -> String {
    (path.count > 1000 ? "…" : "") + printable(Array(path.suffix(1000)))
}
