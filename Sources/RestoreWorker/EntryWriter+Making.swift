import Archive
import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// How entries without content are made.
extension EntryWriter {
    func makeDirectory(
        _ entry: BackupEntry,
        _ place: Placement.Place,
        _ name: FilePath,
        in directory: SharedDescriptor,
        _ decision: Decision
    ) throws(LinuxError) {
        if decision.action == .create { try directory.descriptor.makeDirectory(name) }
        let made = try directory.descriptor.openBeneath(name, [.readOnly, .directory])
        let status = try FileAttributes(of: made.file)
        // Nobody else gets to see what will be in it.
        if decision.action == .create, status.userID != effectiveUserID || status.permissions & 0o077 != 0 {
            return conflict(entry, "something has come in its place meanwhile")
        }
        try finishLater(entry, place, status.identity, isNew: decision.action == .create)
        tell(entry, decision)
    }

    /// Goes to the directory `path` below a root, which is made where that is wanted.
    func enter(_ root: Int, _ path: [UInt8]) throws(LinuxError) -> DirectoryStack.Standing {
        guard case .absent = try directories.enter(root, path), makesParents, !options.isDryRun else {
            return try directories.enter(root, path)
        }
        try makeParents(root, path)
        return try directories.enter(root, path)
    }

    /// Makes those directories of `path` that are not there, with what tar gives them where their entries are missing.
    private func makeParents(_ root: Int, _ path: [UInt8]) throws(LinuxError) {
        var directory = destination.roots[root]
        for component in path.split(separator: UInt8(ascii: "/")) {
            let name = FilePath(bytes: component)
            let isMissing = try directory.descriptor.statusIfThere(of: name) == nil
            if isMissing { try directory.descriptor.makeDirectory(name) }
            directory = SharedDescriptor(try directory.descriptor.openBeneath(name, [.readOnly, .directory]))
            if isMissing { try directory.descriptor.setPermissions(0o755) }
        }
        // What was not there is looked for anew.
        _ = try directories.enter(root, [])
    }

    /// Makes a symbolic link, a FIFO or a device node.
    func makeNode(
        _ entry: BackupEntry,
        _ name: FilePath,
        in directory: SharedDescriptor,
        _ decision: Decision
    ) throws(LinuxError) {
        let hidden: FilePath
        do {
            hidden = try staging.make(in: directory) { hidden throws(LinuxError) in
                try directory.descriptor.make(entry, named: hidden)
                return hidden
            }
        } catch {
            let isDevice = entry.kind == .characterDevice || entry.kind == .blockDevice
            guard isDevice, error.errno == .notPermitted else { throw error }
            lastAction = .conflict
            return account.lose(.device, entry.path, "\(error.errno)")
        }
        let handle = try directory.descriptor.openBeneath(hidden, .pathOnly)
        let status = try FileAttributes(of: handle.file)
        guard status.linkCount == 1, status.userID == effectiveUserID, entry.isOfKind(status.kind) else {
            throw LinuxError(.fileExists, "find what was just made")
        }
        try metadata.apply(entry, to: handle, isNew: true)
        try putInPlace(entry, name, decision)
    }

    /// Makes another name of what was restored before.
    /// - Returns: Whether what it is another name of is there and can have one here.
    func makeLink(
        _ entry: BackupEntry,
        _ name: FilePath,
        in directory: SharedDescriptor,
        _ decision: Decision
    ) throws(LinuxError) -> Bool {
        guard let place = destination.placement.place(entry.linkTarget), place.item != nil else { return false }
        let (outer, originalName) = place.path.directoryAndName
        guard !originalName.isEmpty, case .open(let home) = try originals.enter(place.root, outer) else { return false }
        do {
            let handle = try home.descriptor.openBeneath(FilePath(bytes: originalName), .pathOnly)
            let status = try FileAttributes(of: handle.file)
            // What somebody else may have put there is not what was restored.
            guard status.kind != .directory, status.modificationSeconds == entry.modificationSeconds else {
                return false
            }
            try staging.make(in: directory) { hidden throws(LinuxError) in
                try directory.descriptor.makeHardLink(hidden, to: handle)
            }
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .improperLink, .tooManyLinks, .notPermitted,
                .notSupported:
                return false
            default:
                throw error
            }
        }
        try putInPlace(entry, name, decision)
        return true
    }

    /// Gives what was made its name.
    /// - Returns: Whether it has it.
    @discardableResult
    func putInPlace(_ entry: BackupEntry, _ name: FilePath, _ decision: Decision) throws(LinuxError) -> Bool {
        do {
            try staging.settle { directory, hidden throws(LinuxError) in
                guard decision.action != .create else {
                    return try directory.descriptor.renameToFreeName(hidden, name)
                }
                try directory.descriptor.rename(hidden, to: name)
                // Of two names of the same file rename(2) leaves both.
                try directory.descriptor.removeFileIfThere(hidden)
            }
        } catch {
            let reason: String
            switch error.errno {
            case .fileExists: reason = "something has come in its place meanwhile"
            case .isDirectory, .directoryNotEmpty: reason = "a directory has come in its place meanwhile"
            case .notPermitted, .permissionDenied, .resourceBusy, .textFileBusy:
                reason = "what is in its place can't be replaced (\(error.errno))"
            default: throw error
            }
            staging.drop()
            conflict(entry, reason)
            return false
        }
        tell(entry, decision)
        return true
    }
}

extension Descriptor {
    fileprivate func make(_ entry: BackupEntry, named name: FilePath) throws(LinuxError) {
        let (major, minor) = (entry.deviceMajor, entry.deviceMinor)
        switch entry.kind {
        case .fifo: try makeNode(name, .fifo)
        case .characterDevice: try makeNode(name, .characterDevice(major: major, minor: minor))
        case .blockDevice: try makeNode(name, .blockDevice(major: major, minor: minor))
        default: try makeSymbolicLink(name, to: entry.linkTarget)
        }
    }

    /// Renames what is no directory, unless something has the new name.
    fileprivate func renameToFreeName(_ old: FilePath, _ new: FilePath) throws(LinuxError) {
        do {
            try renameWithoutReplacing(old, to: new)
        } catch {
            // Some filesystems do not know how; a hard link replaces nothing either.
            guard error.errno == .invalidArgument else { throw error }
            try makeHardLink(old, in: self, named: new)
            try removeFile(old)
        }
    }
}
