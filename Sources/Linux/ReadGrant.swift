import CLinux
import SystemPackage

extension Descriptor {
    /// Lets the user `userID` read this file, beside its owner and nobody else, by a POSIX ACL; see acl(5).
    ///
    /// The ACL is written as the kernel keeps it (`linux/posix_acl_xattr.h`): a version, then tag, permissions and id of
    /// each entry in the order of the tags, little-endian.
    /// - Throws: `LinuxError` with `EOPNOTSUPP` on a filesystem without ACLs.
    public func grantReading(to userID: UInt32) throws(LinuxError) {
        let readWrite: UInt16 = 6
        let read: UInt16 = 4
        let unnamed = UInt32.max
        let entries: [(tag: UInt16, permissions: UInt16, id: UInt32)] = [
            (0x01, readWrite, unnamed),  // ACL_USER_OBJ
            (0x02, read, userID),  // ACL_USER
            (0x04, 0, unnamed),  // ACL_GROUP_OBJ
            (0x10, read, unnamed),  // ACL_MASK
            (0x20, 0, unnamed),  // ACL_OTHER
        ]
        var bytes = littleEndianBytes(UInt32(2))
        for entry in entries {
            bytes += littleEndianBytes(entry.tag) + littleEndianBytes(entry.permissions) + littleEndianBytes(entry.id)
        }
        guard nx_fsetxattr(file.rawValue, "system.posix_acl_access", bytes, bytes.count, 0) == 0 else {
            throw LinuxError(last: "set the ACL")
        }
    }

    /// Lets the same users read this file as `other`, where the filesystem has ACLs and that file has one.
    public func copyReadGrant(from other: borrowing Descriptor) throws(LinuxError) {
        let name = "system.posix_acl_access"
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = nx_fgetxattr(other.file.rawValue, name, &bytes, bytes.count)
        guard count >= 0 else {
            let error = LinuxError(last: "read the ACL")
            guard error.errno == .noData || error.errno == .notSupported else { throw error }
            return
        }
        guard nx_fsetxattr(file.rawValue, name, bytes, Int(count), 0) == 0 else {
            throw LinuxError(last: "set the ACL")
        }
    }
}

private func littleEndianBytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
