import Archive
import ExportProtocol
import Linux

/// What is to be done about an entry, from what is in its place.
struct Decision: Equatable {
    let action: RestorationNote.Action
    /// Of a conflict, what is in the way; completes "PATH is not restored, as …".
    var reason: String?

    private init(_ action: RestorationNote.Action, _ reason: String? = nil) {
        self.action = action
        self.reason = reason
    }

    /// Decides about `entry`, in whose place is `existing`, if anything is.
    init(_ entry: BackupEntry, over existing: FileStatus?, overwrite: Bool) {
        guard let existing else {
            self.init(.create)
            return
        }
        switch (entry.kind == .directory, existing.kind == .directory) {
        case (true, false): self.init(.conflict, "it is a directory, and something else is in its place")
        case (false, true): self.init(.conflict, "it is no directory, and one is in its place")
        case (true, true) where !overwrite: self.init(.unchanged)
        case (false, false) where !overwrite: self.init(.keep)
        default: self.init(entry.looksLike(existing) ? .unchanged : .replace)
        }
    }
}

extension BackupEntry {
    /// Whether what `status` tells of is of the same type, size, modification time, permissions and owner.
    fileprivate func looksLike(_ status: FileStatus) -> Bool {
        guard isOfKind(status), userID == status.userID, groupID == status.groupID,
            modificationSeconds == status.modificationSeconds,
            Int64(modificationNanoseconds) == status.modificationNanoseconds
        else { return false }
        // A hard link tells no size, and a symbolic link has no permissions.
        if kind == .regular, size != status.size { return false }
        return status.kind == .symbolicLink || shownPermissions == status.permissions
    }

    private func isOfKind(_ status: FileStatus) -> Bool {
        switch kind {
        case .regular: status.kind == .regular
        case .hardLink: status.kind != .directory
        case .directory: status.kind == .directory
        case .symbolicLink: status.kind == .symbolicLink
        case .fifo: status.kind == .fifo
        case .characterDevice: status.kind == .characterDevice
        case .blockDevice: status.kind == .blockDevice
        }
    }

    /// Whether an entry without content is of the kind that the kernel tells.
    func isOfKind(_ found: FileAttributes.Kind) -> Bool {
        switch kind {
        case .symbolicLink: found == .symbolicLink
        case .fifo: found == .fifo
        case .characterDevice: found == .characterDevice
        case .blockDevice: found == .blockDevice
        case .regular, .hardLink, .directory: false
        }
    }
}
