import CLinux
import Glibc
public import SystemPackage

/// An extended attribute: its name with its namespace, such as `user.comment`, and its value; see xattr(7).
public struct ExtendedAttribute: Sendable, Equatable {
    /// Name with namespace, of any bytes but 0.
    public let name: [UInt8]
    /// Value; may be empty.
    public let value: [UInt8]

    /// Creates an attribute.
    public init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// Attributes, owner and mode of an open file. A file opened with `pathOnly` is reached through `/proc/self/fd`, which leads
/// to the file itself also where that is a symbolic link.
extension Descriptor {
    /// The name in /proc of this open file.
    private var processPath: String { "/proc/self/fd/\(file.rawValue)" }

    /// Where this open file is now; for messages and for comparing with other paths, not for opening it again.
    public func currentPath() throws(LinuxError) -> FilePath {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink(processPath, &target, target.count - 1) >= 0 else { throw LinuxError(last: "readlink") }
        return FilePath(bytes: target.map(UInt8.init(bitPattern:)))
    }

    /// The extended attributes, ACLs among them; none on a filesystem without.
    public func extendedAttributes() throws(LinuxError) -> [ExtendedAttribute] {
        let path = processPath
        guard let list = try grown({ nx_listxattr(path, $0, $1) }, "list the attributes") else { return [] }
        var attributes: [ExtendedAttribute] = []
        for name in list.split(separator: 0).map(Array.init) {
            let read = { (start: UnsafeMutablePointer<CChar>?, size: Int) in
                nx_getxattr(path, terminated(name), start, size)
            }
            // One that is gone since the list was read is no attribute any more.
            guard let value = try grown(read, "read the attribute \(text(name))") else { continue }
            attributes.append(ExtendedAttribute(name: name, value: value))
        }
        return attributes
    }

    /// Sets an extended attribute.
    public func set(_ attribute: ExtendedAttribute) throws(LinuxError) {
        let name = terminated(attribute.name)
        guard nx_setxattr(processPath, name, attribute.value, attribute.value.count, 0) == 0 else {
            throw LinuxError(last: "set the attribute \(text(attribute.name))")
        }
    }

    /// Takes the ACL away that entries made in this directory would begin with; see acl(5).
    public func removeDefaultACL() throws(LinuxError) {
        try removeACL("default")
    }

    /// Takes the ACL away by which others than the owner may get at this directory; see acl(5).
    public func removeAccessACL() throws(LinuxError) {
        try removeACL("access")
    }

    private func removeACL(_ kind: String) throws(LinuxError) {
        guard nx_remove_attribute(processPath, "system.posix_acl_\(kind)") == 0 else {
            if Glibc.errno == ENODATA || Glibc.errno == EOPNOTSUPP { return }
            throw LinuxError(last: "remove the \(kind) ACL")
        }
    }

    /// Changes the owner and the group; this clears set-user-ID and file capabilities, so they are set afterwards.
    public func setOwner(_ userID: UInt32, group groupID: UInt32) throws(LinuxError) {
        guard fchownat(file.rawValue, "", userID, groupID, Int32(nx_at_empty_path)) == 0 else {
            throw LinuxError(last: "set the owner")
        }
    }

    /// Changes the permission bits; not of a symbolic link, which has none.
    public func setPermissions(_ permissions: UInt32) throws(LinuxError) {
        guard chmod(processPath, mode_t(permissions & 0o7777)) == 0 else {
            throw LinuxError(last: "set the permissions")
        }
    }

    /// What `read` yields, which tells the size it needs when it is given no room, and which may grow between two calls;
    /// nil when there is nothing of the kind.
    private func grown(
        _ read: (UnsafeMutablePointer<CChar>?, Int) -> Int32,
        _ operation: @autoclosure () -> String
    ) throws(LinuxError) -> [UInt8]? {
        while true {
            let size = Int(read(nil, 0))
            if size == 0 { return [] }
            var buffer = [CChar](repeating: 0, count: max(size, 0))
            let count = buffer.withUnsafeMutableBufferPointer { buffer in
                size < 0 ? size : Int(read(buffer.baseAddress, buffer.count))
            }
            if count >= 0 { return buffer.prefix(count).map(UInt8.init(bitPattern:)) }
            switch Glibc.errno {
            case ERANGE: continue
            case ENODATA, EOPNOTSUPP: return nil
            default: throw LinuxError(last: operation())
            }
        }
    }
}

private func terminated(_ name: [UInt8]) -> [CChar] {
    name.map(CChar.init(bitPattern:)) + [0]
}

private func text(_ name: [UInt8]) -> String {
    String(decoding: name, as: UTF8.self)
}
