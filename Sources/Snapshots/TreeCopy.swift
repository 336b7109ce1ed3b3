import BackupModel
import Linux
import SystemPackage

/// Copies a live tree with all that a filesystem keeps of it.
///
/// Every entry is reached through an open directory by a name of one component, and no symbolic link is followed, so that
/// neither depth nor names nor whoever changes the tree meanwhile leads the copy elsewhere.
struct TreeCopy {
    /// How many levels keep their directories open; those above are opened again through `..` and checked.
    private static let openLevelCount = 32

    private(set) var leftOut = LeftOut()
    private let root: SharedDescriptor
    private let rootPath: FilePath
    private let mountID: UInt64
    private let excluded: Set<FileIdentity>
    private var links: [FileIdentity: FilePath] = [:]
    private var levels: [Level] = []

    /// A directory that is being copied.
    private struct Level {
        let name: FilePath
        let status: FileStatus
        var pending: [FilePath]
        /// nil for a level far above.
        var source: SharedDescriptor?
        var target: SharedDescriptor?
    }

    init(of root: SharedDescriptor, at path: FilePath, excluding: [FilePath]) throws(LinuxError) {
        self.root = root
        rootPath = path
        mountID = try root.descriptor.mountID()
        var excluded: Set<FileIdentity> = []
        for path in excluding {
            guard let directory = try? Descriptor.open(path, [.readOnly, .directory]) else { continue }
            excluded.insert(FileIdentity(try directory.status()))
        }
        self.excluded = excluded
    }

    /// Copies everything into `target`, an empty directory.
    mutating func run(to target: SharedDescriptor) throws {
        let status = try root.status()
        let top = Level(
            name: "",
            status: status,
            pending: try root.descriptor.entryNames(),
            source: root,
            target: target
        )
        levels = [top]
        while let index = levels.indices.last {
            guard let name = levels[index].pending.popLast() else {
                try finish(index)
                continue
            }
            guard let source = levels[index].source, let destination = levels[index].target else { continue }
            do {
                try copy(name, from: source, to: destination)
            } catch let error as LinuxError {
                throw failure(at: path(of: name), error)
            }
        }
    }

    private func path(of name: FilePath) -> FilePath {
        levels.reduce(rootPath) { $0.pushing($1.name) }.pushing(name)
    }

    private func failure(at path: FilePath, _ error: LinuxError) -> BackupError {
        BackupError(storage: error, "\(path) can't be copied: \(error.operation): \(error.errno).")
    }

    // MARK: Directories

    private mutating func enter(
        _ name: FilePath,
        from source: SharedDescriptor,
        to target: SharedDescriptor
    ) throws {
        guard let directory = try source.descriptor.openIfThere(name, [.readOnly, .directory, .noFollow]) else {
            return
        }
        let child = SharedDescriptor(directory)
        let status = try child.status()
        try target.descriptor.makeDirectory(name)
        let copy = SharedDescriptor(try target.descriptor.open(name, [.readOnly, .directory, .noFollow]))
        var pending: [FilePath] = []
        if try child.descriptor.mountID() != mountID {
            leftOut.add("the filesystem mounted at \(path(of: name))")
        } else if excluded.contains(FileIdentity(status)) {
            leftOut.add("the product's own directory \(path(of: name))")
        } else {
            pending = try child.descriptor.entryNames()
        }
        levels.append(Level(name: name, status: status, pending: pending, source: child, target: copy))
        let distant = levels.count - 1 - Self.openLevelCount
        if distant > 0 {
            levels[distant].source = nil
            levels[distant].target = nil
        }
    }

    /// Leaves a directory: its times are set now that nothing in it changes any more.
    private mutating func finish(_ index: Int) throws {
        let level = levels.removeLast()
        guard let source = level.source, let target = level.target else { return }
        do {
            try copyProperties(of: source.descriptor, level.status, to: target.descriptor, level.name)
            try target.descriptor.setTimes(of: level.status)
            guard let parent = levels.last, parent.source == nil else { return }
            let last = levels.count - 1
            levels[last].source = SharedDescriptor(try source.descriptor.open("..", [.readOnly, .directory]))
            levels[last].target = SharedDescriptor(try target.descriptor.open("..", [.readOnly, .directory]))
            guard try levels[last].source?.status().inode == parent.status.inode,
                try levels[last].source?.status().device == parent.status.device
            else { throw LinuxError(.staleNFSFileHandle, "return to the directory above, which was moved meanwhile") }
        } catch let error as LinuxError {
            throw failure(at: path(of: level.name), error)
        }
    }

    // MARK: Entries

    private mutating func copy(_ name: FilePath, from source: SharedDescriptor, to target: SharedDescriptor) throws {
        guard let status = try source.descriptor.statusIfThere(of: name) else { return }
        if status.kind == .directory { return try enter(name, from: source, to: target) }
        if status.kind == .socket { return leftOut.add("the socket \(path(of: name))") }
        if status.linkCount > 1, try copyAsLink(name, status, to: target) { return }
        switch status.kind {
        case .regular: try copyFile(name, from: source, to: target)
        case .symbolicLink:
            try source.descriptor.copyLink(name, to: target.descriptor)
            try copyNode(name, from: source, to: target, status)
        case .fifo, .characterDevice, .blockDevice:
            try target.descriptor.makeNode(name, like: status)
            try copyNode(name, from: source, to: target, status)
        default: leftOut.add("\(path(of: name)), which is of an unknown type")
        }
    }

    /// Links `name` to the copy of the same file made before; false when this is the first of its names.
    private mutating func copyAsLink(_ name: FilePath, _ status: FileStatus, to target: SharedDescriptor) throws -> Bool
    {
        let here = levels.dropFirst().reduce(FilePath()) { $0.pushing($1.name) }.pushing(name)
        guard let first = links[FileIdentity(status)] else {
            links[FileIdentity(status)] = here
            return false
        }
        // The top level is never far above.
        guard let top = levels.first?.target else { return false }
        let directory = try top.descriptor.openDirectory(first.removingLastComponent())
        try directory.makeHardLink(first.lastName, in: target.descriptor, named: name)
        return true
    }

    private mutating func copyFile(_ name: FilePath, from source: SharedDescriptor, to target: SharedDescriptor) throws
    {
        guard let file = try source.descriptor.openIfThere(name, [.readOnly, .noFollow, .nonBlocking]) else { return }
        let status = try file.status()
        guard status.kind == .regular else { return }
        let copy = try target.descriptor.open(
            name,
            [.readWrite, .create, .exclusive, .noFollow],
            permissions: .ownerReadWrite
        )
        try file.copyContents(to: copy, size: status.size)
        try copyProperties(of: file, status, to: copy, name)
        try copy.setTimes(of: status)
    }

    private mutating func copyNode(
        _ name: FilePath,
        from source: SharedDescriptor,
        to target: SharedDescriptor,
        _ status: FileStatus
    ) throws {
        let original = try source.descriptor.open(name, [.pathOnly, .noFollow])
        let copy = try target.descriptor.open(name, [.pathOnly, .noFollow])
        try copyProperties(of: original, status, to: copy, name)
        try target.descriptor.setTimes(of: status, named: name)
    }

    /// Owner, mode and attributes, in the order in which none undoes another.
    ///
    /// What the process may not set, as it does not run as root, or the filesystem does not have, is left out by name.
    private mutating func copyProperties(
        of original: borrowing Descriptor,
        _ status: FileStatus,
        to copy: borrowing Descriptor,
        _ name: FilePath
    ) throws(LinuxError) {
        do {
            try copy.setOwner(status.userID, group: status.groupID)
        } catch {
            guard error.errno == .notPermitted else { throw error }
            leftOut.add("the owner of \(path(of: name))")
        }
        if status.kind != .symbolicLink { try copy.setPermissions(status.permissions) }
        for attribute in try original.extendedAttributes() {
            do {
                try copy.set(attribute)
            } catch {
                guard error.errno == .notPermitted || error.errno == .notSupported else { throw error }
                leftOut.add("the attribute \(attribute.name) of \(path(of: name))")
            }
        }
    }
}

/// What tells a file from all others.
struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: FileStatus) {
        device = status.device
        inode = status.inode
    }
}

extension Descriptor {
    /// Opens `name`; nil when it has gone since the directory was read.
    fileprivate func openIfThere(_ name: FilePath, _ flags: Flags) throws(LinuxError) -> Descriptor? {
        do {
            return try open(name, flags)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }

    /// What the kernel tells of `name`; nil when it has gone since the directory was read.
    fileprivate func statusIfThere(of name: FilePath) throws(LinuxError) -> FileStatus? {
        do {
            return try status(of: name)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}
