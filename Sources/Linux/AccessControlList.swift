/// A POSIX ACL as the kernel keeps it in `system.posix_acl_access` and `system.posix_acl_default`; see acl(5).
public struct AccessControlList: Sendable, Equatable {
    /// Whom an entry is about.
    public enum Subject: Sendable, Equatable {
        case owner
        case user(UInt32)
        case owningGroup
        case group(UInt32)
        case mask
        case others
    }

    /// One line of the list.
    public struct Entry: Sendable, Equatable {
        /// Whom it is about.
        public let subject: Subject
        /// Read 4, write 2, execute 1.
        public let permissions: UInt16
    }

    /// The lines, in the kernel's order.
    public let entries: [Entry]

    /// Decodes the value of the extended attribute; nil when it is not of the form in `linux/posix_acl_xattr.h`.
    public init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 4, (bytes.count - 4) % 8 == 0,
            UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) == 2
        else { return nil }
        var entries: [Entry] = []
        for offset in stride(from: 4, to: bytes.count, by: 8) {
            let tag = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            let permissions = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
            let id = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            guard let subject = Subject(tag: tag, id: id), permissions <= 7 else { return nil }
            entries.append(Entry(subject: subject, permissions: permissions))
        }
        self.entries = entries
    }
}

extension AccessControlList.Subject {
    fileprivate init?(tag: UInt16, id: UInt32) {
        switch tag {
        case 0x01: self = .owner
        case 0x02: self = .user(id)
        case 0x04: self = .owningGroup
        case 0x08: self = .group(id)
        case 0x10: self = .mask
        case 0x20: self = .others
        default: return nil
        }
    }
}
