import CArchive
import Glibc
public import Linux

extension ArchiveEntry {
    /// Sets the extended attributes, POSIX ACLs as ACLs.
    /// - Throws: `ArchiveError` for an ACL that is not as the kernel keeps it.
    public func setExtendedAttributes(_ attributes: ExtendedAttributes) throws(ArchiveError) {
        try attributes.forEach { (name, value) throws(ArchiveError) in
            if strcmp(name, "system.posix_acl_access") == 0 {
                try addACL(value, type: ARCHIVE_ENTRY_ACL_TYPE_ACCESS)
            } else if strcmp(name, "system.posix_acl_default") == 0 {
                try addACL(value, type: ARCHIVE_ENTRY_ACL_TYPE_DEFAULT)
            } else {
                addAttribute(name, value)
            }
        }
    }

    private func addAttribute(_ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer) {
        guard strpbrk(name, "=%") != nil else {
            archive_entry_xattr_add_entry(pointer, name, value.baseAddress, value.count)
            return
        }
        // As GNU tar writes and reads these two, which would end the name or be taken for such an escape.
        let escaped = String(cString: name).flatMap { $0 == "=" ? "%3D" : $0 == "%" ? "%25" : String($0) }
        archive_entry_xattr_add_entry(pointer, String(escaped), value.baseAddress, value.count)
    }

    private func addACL(_ value: UnsafeRawBufferPointer, type: Int32) throws(ArchiveError) {
        guard let list = AccessControlList(decoding: value) else {
            throw ArchiveError(operation: "decode the ACL", message: "it is not of a known form")
        }
        for entry in list.entries {
            let (tag, id) = tagAndID(entry.subject)
            guard archive_entry_acl_add_entry(pointer, type, Int32(entry.permissions), tag, id, nil) == ARCHIVE_OK
            else {
                throw ArchiveError(operation: "set the ACL", message: "libarchive refused it")
            }
        }
    }

    private func tagAndID(_ subject: AccessControlList.Subject) -> (Int32, Int32) {
        switch subject {
        case .owner: (ARCHIVE_ENTRY_ACL_USER_OBJ, -1)
        case .user(let id): (ARCHIVE_ENTRY_ACL_USER, Int32(bitPattern: id))
        case .owningGroup: (ARCHIVE_ENTRY_ACL_GROUP_OBJ, -1)
        case .group(let id): (ARCHIVE_ENTRY_ACL_GROUP, Int32(bitPattern: id))
        case .mask: (ARCHIVE_ENTRY_ACL_MASK, -1)
        case .others: (ARCHIVE_ENTRY_ACL_OTHER, -1)
        }
    }
}
