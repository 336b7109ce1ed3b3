import Archive
import ExportProtocol
import Linux
import SystemPackage

/// Gives what was restored the owner, the attributes, the permissions and the time that it had in the backup.
///
/// What the kernel does not let this process set, or the filesystem does not know, is told as lost.
struct Metadata {
    private static let setIDBits: UInt32 = 0o6000
    private static let namespacesCleared = ["user.", "trusted.", "system.posix_acl_"].map { Array($0.utf8) }

    let account: RestorationAccount

    /// Applies all but the flags, to what is open or to what a handle stands for.
    ///
    /// - Parameter isNew: Whether it was just made, so that it can have nothing but what it got from its directory.
    func apply(_ entry: BackupEntry, to file: borrowing Descriptor, isNew: Bool) throws(LinuxError) {
        let hasOwner = try setOwner(entry, file)
        try clear(entry, file, isNew)
        if entry.hasForeignACL { account.lose(.acl, entry.path, "it is not understood") }
        for attribute in entry.attributes where !attribute.isACL { set(attribute, of: entry, file) }
        if entry.kind != .symbolicLink {
            // Who runs it as its owner would run it as somebody else.
            let permissions = hasOwner ? entry.ownPermissions : entry.ownPermissions & ~Self.setIDBits
            try tolerating(.permissions, entry) { () throws(LinuxError) in try file.setPermissions(permissions) }
        }
        // Only now, as to set the permissions is to change the ACL.
        for attribute in entry.attributes where attribute.isACL { set(attribute, of: entry, file) }
        try tolerating(.permissions, entry) { () throws(LinuxError) in
            try file.setModification(seconds: entry.modificationSeconds, nanoseconds: entry.modificationNanoseconds)
        }
    }

    /// Sets flags such as immutable; last of all, as little can be done after that.
    func applyFlags(_ entry: BackupEntry, to file: borrowing Descriptor) {
        do {
            try file.setFlags(entry.flags)
        } catch {
            if !entry.flags.isEmpty { account.lose(.flags, entry.path, "\(error.errno)") }
        }
    }

    /// - Returns: Whether it has the owner and the group that it had.
    private func setOwner(_ entry: BackupEntry, _ file: borrowing Descriptor) throws(LinuxError) -> Bool {
        do {
            try file.setOwner(entry.userID, group: entry.groupID)
            return true
        } catch {
            guard [.notPermitted, .invalidArgument, .permissionDenied].contains(error.errno) else { throw error }
            account.lose(.owner, entry.path, "\(error.errno)")
            // A member of the group may give it that.
            try? file.setOwner(.max, group: entry.groupID)
            return false
        }
    }

    /// Takes away what the entry did not have.
    private func clear(_ entry: BackupEntry, _ file: borrowing Descriptor, _ isNew: Bool) throws(LinuxError) {
        guard !isNew else {
            if entry.kind == .symbolicLink { return }
            if !entry.has(BackupEntry.accessACL) { try file.removeAccessACL() }
            if entry.kind == .directory, !entry.has(BackupEntry.defaultACL) { try file.removeDefaultACL() }
            return
        }
        for attribute in try file.extendedAttributes() where !entry.has(attribute.name) {
            guard Self.namespacesCleared.contains(where: { attribute.name.starts(with: $0) }) else { continue }
            try tolerating(.attribute, entry) { () throws(LinuxError) in try file.removeAttribute(attribute.name) }
        }
    }

    private func set(_ attribute: ExtendedAttribute, of entry: BackupEntry, _ file: borrowing Descriptor) {
        do {
            try file.set(attribute)
        } catch {
            account.lose(
                attribute.isACL ? .acl : .attribute,
                entry.path,
                "\(printable(attribute.name)): \(error.errno)"
            )
        }
    }

    private func tolerating(
        _ loss: RestorationResult.Loss,
        _ entry: BackupEntry,
        _ body: () throws(LinuxError) -> Void
    ) throws(LinuxError) {
        do {
            try body()
        } catch {
            guard [.notPermitted, .permissionDenied, .notSupported].contains(error.errno) else { throw error }
            account.lose(loss, entry.path, "\(error.errno)")
        }
    }
}

extension ExtendedAttribute {
    fileprivate var isACL: Bool { name == BackupEntry.accessACL || name == BackupEntry.defaultACL }
}

extension BackupEntry {
    fileprivate func has(_ name: [UInt8]) -> Bool {
        attributes.contains { $0.name == name }
    }
}
