import Linux
import SystemPackage

extension TreeCopy {
    /// How often an entry is looked at again that is something else each time it is opened.
    private static let maximumAttemptCount = 16

    /// Copies the entry `name`, or goes on with it where it is a directory.
    mutating func copy(_ name: FilePath, in directories: Directories) throws(LinuxError) {
        current = name
        for _ in 0..<Self.maximumAttemptCount {
            guard let status = try directories.source.descriptor.statusIfThere(of: name) else { return }
            if try attempt(name, status, in: directories) { return }
        }
        throw LinuxError(.resourceBusy, "open what is replaced again and again")
    }

    /// Copies the entry `name` that was found to be of `status`; false when it turned out to be something else, or gone.
    private mutating func attempt(
        _ name: FilePath,
        _ status: FileStatus,
        in directories: Directories
    ) throws(LinuxError) -> Bool {
        switch status.kind {
        case .directory: return try enter(name, in: directories)
        case .socket: leftOut.add("the socket", livePath(of: name))
        case .other: leftOut.add("the file of unknown type", livePath(of: name))
        case .regular: return try copyFile(name, in: directories)
        case .symbolicLink, .fifo, .characterDevice, .blockDevice:
            return try copyNode(name, status, in: directories)
        }
        return true
    }

    private mutating func copyFile(_ name: FilePath, in directories: Directories) throws(LinuxError) -> Bool {
        let flags: Descriptor.Flags = [.noFollow, .nonBlocking]
        guard let file = try directories.source.descriptor.openForReadingIfThere(name, flags) else { return false }
        let status = try file.status()
        guard status.kind == .regular else { return false }
        guard try mountIDs.contains(file.mountID()) else {
            leftOut.add("the file mounted at", livePath(of: name))
            return true
        }
        if try copyAsLink(name, status, to: directories.target) { return true }
        let copy = try directories.target.descriptor.open(
            name,
            [.readWrite, .create, .exclusive, .noFollow],
            permissions: .ownerReadWrite
        )
        try file.copyContents(to: copy, size: status.size)
        try copyProperties(of: file, status, to: copy, name)
        try copy.setTimes(of: status)
        remember(name, status)
        return true
    }

    private mutating func copyNode(
        _ name: FilePath,
        _ expected: FileStatus,
        in directories: Directories
    ) throws(LinuxError) -> Bool {
        let flags: Descriptor.Flags = [.pathOnly, .noFollow]
        guard let original = try directories.source.descriptor.openIfThere(name, flags) else { return false }
        let status = try original.status()
        guard status.kind == expected.kind else { return false }
        guard try mountIDs.contains(original.mountID()) else {
            leftOut.add("the file mounted at", livePath(of: name))
            return true
        }
        if try copyAsLink(name, status, to: directories.target) { return true }
        if status.kind == .symbolicLink {
            try original.copyLink(to: directories.target.descriptor, named: name)
        } else {
            try directories.target.descriptor.makeNode(name, like: status)
        }
        let copy = try directories.target.descriptor.open(name, flags)
        try copyProperties(of: original, status, to: copy, name)
        try directories.target.descriptor.setTimes(of: status, named: name)
        remember(name, status)
        return true
    }

    /// Links `name` to the copy of the same file made before; false when this is the first of its names.
    private func copyAsLink(_ name: FilePath, _ status: FileStatus, to target: SharedDescriptor) throws(LinuxError)
        -> Bool
    {
        guard status.linkCount > 1, let first = links[status.identity], let top else { return false }
        let directory = try top.descriptor.openDirectory(first.directory)
        try directory.makeHardLink(first.name, in: target.descriptor, named: name)
        return true
    }

    private mutating func remember(_ name: FilePath, _ status: FileStatus) {
        if status.linkCount > 1 { links[status.identity] = (relativePath(of: ""), name) }
    }

    /// Owner, mode and attributes, in the order in which none undoes another.
    ///
    /// What this process may not set, as it does not run as root, or the filesystem does not have, is left out by name.
    mutating func copyProperties(
        of original: borrowing Descriptor,
        _ status: FileStatus,
        to copy: borrowing Descriptor,
        _ name: FilePath
    ) throws(LinuxError) {
        do {
            try copy.setOwner(status.userID, group: status.groupID)
        } catch {
            guard error.errno == .notPermitted else { throw error }
            leftOut.add("the owner of", livePath(of: name))
        }
        if status.kind != .symbolicLink { try copy.setPermissions(status.permissions) }
        for attribute in try original.extendedAttributes() {
            do {
                try copy.set(attribute)
            } catch {
                guard error.errno == .notPermitted || error.errno == .notSupported else { throw error }
                leftOut.add("the attribute \(FilePath(bytes: attribute.name).text) of", livePath(of: name))
            }
        }
    }
}
