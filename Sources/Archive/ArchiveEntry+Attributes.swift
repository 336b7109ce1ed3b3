import CArchive
import Glibc
public import Linux

extension ArchiveEntry {
    /// Sets the extended attributes, POSIX ACLs as ACLs.
    /// - Throws: `ArchiveError` for an ACL that is not as the kernel keeps it.
    public mutating func setExtendedAttributes(_ attributes: ExtendedAttributes) throws(ArchiveError) {
        try attributes.forEach { (name, value) throws(ArchiveError) in
            if strcmp(name, "system.posix_acl_access") == 0 {
                try addACL(value, type: ARCHIVE_ENTRY_ACL_TYPE_ACCESS)
            } else if strcmp(name, "system.posix_acl_default") == 0 {
                try addACL(value, type: ARCHIVE_ENTRY_ACL_TYPE_DEFAULT)
            } else {
                archive_entry_xattr_add_entry(pointer, name, value.baseAddress, value.count)
                if isEncoded(name) { corrections.hasEncodedAttributeNames = true }
            }
        }
    }

    /// Whether libarchive encodes the name.
    private func isEncoded(_ name: UnsafePointer<CChar>) -> Bool {
        var next = name
        while next.pointee != 0 {
            if next.pointee < 33 || next.pointee > 126 || next.pointee == 0x25 || next.pointee == 0x3D { return true }
            next += 1
        }
        return false
    }

    private func addACL(_ value: UnsafeRawBufferPointer, type: Int32) throws(ArchiveError) {
        guard let list = AccessControlList(decoding: value) else {
            throw ArchiveError(operation: "decode the ACL", message: "it is not of a known form")
        }
        for entry in list.entries {
            let (tag, id) = tagAndID(entry.subject)
            let permissions = Int32(entry.permissions)
            // Numbers that libarchive takes for negative are stored as if they were names, which reads the same.
            let isTooLarge = id.map { $0 > UInt32(Int32.max) } ?? false
            let name = isTooLarge ? id.map { String($0) } : nil
            let number = isTooLarge ? -1 : id.map { Int32(bitPattern: $0) } ?? -1
            guard archive_entry_acl_add_entry(pointer, type, permissions, tag, number, name) == ARCHIVE_OK else {
                throw ArchiveError(operation: "set the ACL", message: "libarchive refused it")
            }
        }
    }

    private func tagAndID(_ subject: AccessControlList.Subject) -> (tag: Int32, id: UInt32?) {
        switch subject {
        case .owner: (ARCHIVE_ENTRY_ACL_USER_OBJ, nil)
        case .user(let id): (ARCHIVE_ENTRY_ACL_USER, id)
        case .owningGroup: (ARCHIVE_ENTRY_ACL_GROUP_OBJ, nil)
        case .group(let id): (ARCHIVE_ENTRY_ACL_GROUP, id)
        case .mask: (ARCHIVE_ENTRY_ACL_MASK, nil)
        case .others: (ARCHIVE_ENTRY_ACL_OTHER, nil)
        }
    }
}
