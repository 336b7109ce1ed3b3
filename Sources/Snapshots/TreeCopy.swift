import BackupModel
import Linux
import SystemPackage

/// Copies a live tree with all that a filesystem keeps of it.
///
/// Every entry is reached through an open directory by a name of one component, and no symbolic link is followed, so that
/// neither depth nor names nor whoever changes the tree meanwhile leads the copy elsewhere. What is gone before it is opened
/// is not in the copy; what is there and can't be read ends it with an error.
struct TreeCopy {
    /// How many levels keep their directories open; those above are opened again through `..` and checked.
    private static let openLevelCount = 32

    var leftOut = LeftOut()
    /// The first copy of each file with several names, by the identity of the original: the path of its directory, relative
    /// to the tree, and its name there.
    var links: [FileIdentity: (directory: FilePath, name: FilePath)] = [:]
    /// The mounts whose contents are the tree's: that of its root, and directories in it that are mounted on themselves.
    let mountIDs: Set<UInt64>
    private let root: SharedDescriptor
    private let rootPath: FilePath
    private let excluded: Set<FileIdentity>
    private let isRecursive: Bool
    private var levels: [Level] = []

    /// A directory that is being copied.
    struct Level {
        let name: FilePath
        let status: FileStatus
        var pending: [FilePath]
        /// The original and the copy; nil for a level far above.
        var directories: Directories?
    }

    /// A directory and its copy.
    struct Directories {
        let source: SharedDescriptor
        let target: SharedDescriptor
    }

    /// - Parameters:
    ///   - path: Where `root` is, for messages.
    ///   - excluding: Directories of which nothing is copied.
    ///   - isRecursive: Whether nested btrfs subvolumes are copied.
    init(
        of root: SharedDescriptor,
        at path: FilePath,
        excluding: [FilePath],
        isRecursive: Bool
    ) throws(LinuxError) {
        self.root = root
        self.isRecursive = isRecursive
        rootPath = path
        let table = try MountTable.current()
        let holder = try table.mount(of: root.descriptor)
        let inPlace = table.mounts.filter { mount in holder.map { mount.isInPlace(below: $0) } ?? false }
        mountIDs = Set(inPlace.map(\.id)).union([try root.descriptor.mountID()])
        var excluded: Set<FileIdentity> = []
        for path in excluding {
            // One that does not exist yet holds nothing.
            guard let directory = try? Descriptor.open(path, [.pathOnly, .directory]) else { continue }
            excluded.insert(try directory.status().identity)
        }
        self.excluded = excluded
    }

    /// Copies everything into `target`, an empty directory.
    mutating func run(to target: SharedDescriptor) throws {
        do throws(LinuxError) {
            let status = try root.status()
            levels = [
                Level(
                    name: "",
                    status: status,
                    pending: try root.descriptor.entryNames(),
                    directories: Directories(source: root, target: target)
                )
            ]
            while let last = levels.indices.last, let directories = levels[last].directories {
                if let name = levels[last].pending.popLast() {
                    try copy(name, in: directories)
                } else {
                    try finish(directories)
                }
            }
        } catch {
            throw BackupError("\(currentPath.text) can't be copied", error)
        }
    }

    /// The top of the copy, which stays open.
    var top: SharedDescriptor? { levels.first?.directories?.target }

    /// The path of `name` in the directory that is being copied, relative to the tree.
    func relativePath(of name: FilePath) -> FilePath {
        // Joined as bytes: a path that is pushed to is normalised anew each time, which for a deep tree takes minutes.
        let names = levels.dropFirst().map(\.name) + [name]
        return FilePath(bytes: names.map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }

    /// The live path of `name` in the directory that is being copied.
    func livePath(of name: FilePath) -> FilePath {
        rootPath.pushing(relativePath(of: name))
    }

    /// What is being copied, for messages.
    var current: FilePath = ""
    private var currentPath: FilePath { livePath(of: current) }

    /// Goes on with the directory `name`; false when it has been replaced by something else or is gone.
    mutating func enter(_ name: FilePath, in directories: Directories) throws(LinuxError) -> Bool {
        let target = directories.target
        // First a handle, as reading an automount point would mount it.
        guard let handle = try directories.source.descriptor.openIfThere(name, [.pathOnly, .directory, .noFollow])
        else { return false }
        let status = try handle.status()
        let reason = try reasonToPass(status, handle.mountID())
        try target.descriptor.makeDirectory(name)
        let copy = SharedDescriptor(try target.descriptor.open(name, [.readOnly, .directory, .noFollow]))
        if let reason {
            leftOut.add(reason, livePath(of: name))
            try copyProperties(of: handle, status, to: copy.descriptor, name)
            try copy.descriptor.setTimes(of: status)
            return true
        }
        let original = SharedDescriptor(try handle.openForReading(".", .directory))
        let pending = try original.descriptor.entryNamesIfThere()
        let entered = Directories(source: original, target: copy)
        levels.append(Level(name: name, status: status, pending: pending, directories: entered))
        current = ""
        let distant = levels.count - 1 - Self.openLevelCount
        if distant > 0 { levels[distant].directories = nil }
        return true
    }

    /// What a directory is that is left empty in the copy; nil for one that is copied.
    private func reasonToPass(_ status: FileStatus, _ mountID: UInt64) -> String? {
        if !mountIDs.contains(mountID) { return "the filesystem mounted at" }
        if excluded.contains(status.identity) { return "the product's own directory" }
        let isSubvolume = status.device != levels.last?.status.device
        return isSubvolume && !isRecursive ? "the nested subvolume" : nil
    }

    /// Leaves a directory: its times are set now that nothing in it changes any more.
    private mutating func finish(_ directories: Directories) throws(LinuxError) {
        current = ""
        guard let level = levels.last else { return }
        try copyProperties(of: directories.source.descriptor, level.status, to: directories.target.descriptor, "")
        try directories.target.descriptor.setTimes(of: level.status)
        levels.removeLast()
        guard let above = levels.last, above.directories == nil else { return }
        let reopened = Directories(
            source: SharedDescriptor(try directories.source.descriptor.openForReading("..", .directory)),
            target: SharedDescriptor(try directories.target.descriptor.open("..", [.readOnly, .directory]))
        )
        guard try reopened.source.status().identity == above.status.identity else {
            throw LinuxError(.staleNFSFileHandle, "return to the directory above, which was moved meanwhile")
        }
        levels[levels.count - 1].directories = reopened
    }
}
