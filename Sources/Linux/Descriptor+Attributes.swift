import CLinux
import Glibc
import SystemPackage

/// An extended attribute: its name with its namespace, such as `user.comment`, and its value; see xattr(7).
public struct ExtendedAttribute: Sendable, Equatable {
    /// Name with namespace.
    public let name: String
    /// Value; may be empty.
    public let value: [UInt8]

    /// Creates an attribute.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// Attributes, owner and mode of an open file. A file opened with `pathOnly` is reached through `/proc/self/fd`, which leads
/// to the file itself also where that is a symbolic link.
extension Descriptor {
    /// XATTR_LIST_MAX and XATTR_SIZE_MAX of the kernel.
    private static let maximumByteCount = 64 << 10

    private var procPath: String { "/proc/self/fd/\(file.rawValue)" }

    /// The extended attributes, ACLs among them; none on a filesystem without.
    public func extendedAttributes() throws(LinuxError) -> [ExtendedAttribute] {
        var buffer = [CChar](repeating: 0, count: Self.maximumByteCount)
        let count = nx_listxattr(procPath, &buffer, buffer.count)
        guard count >= 0 else {
            if Glibc.errno == EOPNOTSUPP { return [] }
            throw LinuxError(last: "list attributes")
        }
        let names = buffer.prefix(Int(count)).split(separator: 0).map { name in
            String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        var attributes: [ExtendedAttribute] = []
        for name in names {
            attributes.append(ExtendedAttribute(name: name, value: try value(of: name)))
        }
        return attributes
    }

    private func value(of name: String) throws(LinuxError) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: Self.maximumByteCount)
        let count = nx_getxattr(procPath, name, &value, value.count)
        guard count >= 0 else { throw LinuxError(last: "read the attribute \(name)") }
        return Array(value.prefix(Int(count)))
    }

    /// Sets an extended attribute.
    public func set(_ attribute: ExtendedAttribute) throws(LinuxError) {
        guard nx_setxattr(procPath, attribute.name, attribute.value, attribute.value.count, 0) == 0 else {
            throw LinuxError(last: "set the attribute \(attribute.name)")
        }
    }

    /// Changes the owner and the group; this clears set-user-ID, so the mode is set afterwards.
    public func setOwner(_ userID: UInt32, group groupID: UInt32) throws(LinuxError) {
        guard fchownat(file.rawValue, "", userID, groupID, Int32(nx_at_empty_path)) == 0 else {
            throw LinuxError(last: "set the owner")
        }
    }

    /// Changes the permission bits; not of a symbolic link, which has none.
    public func setPermissions(_ permissions: UInt32) throws(LinuxError) {
        guard chmod(procPath, mode_t(permissions)) == 0 else { throw LinuxError(last: "set the permissions") }
    }
}
