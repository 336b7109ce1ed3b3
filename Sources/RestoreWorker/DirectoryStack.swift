import Linux
import SystemPackage

/// Directories below where things are restored to, open along the path that is worked at.
///
/// Each was opened by its name in the one above, following no symbolic link, and stays the same whatever becomes of that name:
/// whoever changes names meanwhile can't lead it elsewhere. Depth costs no descriptors, as only the innermost are kept open;
/// the way back to others is `..`, which must be the very directory it was before.
final class DirectoryStack {
    /// What is at a path.
    enum Standing {
        case open(SharedDescriptor)
        /// There is nothing.
        case absent
        /// It can't be entered; completes "PATH is not restored, as …".
        case blocked(String)
    }

    private static let openLevels = 32

    private struct Level {
        /// Where its name ends in the path.
        let end: Int
        var standing: Standing
        /// Nil while it is not open.
        var identity: FileIdentity?
        var isClosed = false
    }

    private let roots: [SharedDescriptor]
    private let filesystems: Filesystems
    private var root = 0
    private var path: [UInt8] = []
    private var levels: [Level] = []

    init(_ roots: [SharedDescriptor], _ filesystems: Filesystems) {
        self.roots = roots
        self.filesystems = filesystems
    }

    /// Goes to the directory `path` below a root, by its number; the root itself for an empty path.
    func enter(_ root: Int, _ path: [UInt8]) throws(LinuxError) -> Standing {
        if root != self.root {
            levels.removeAll()
            self.root = root
        }
        let common = commonPrefixLength(self.path, path)
        while let last = levels.last, !(last.end <= common && isBoundary(last.end, path)) {
            try leave()
        }
        self.path = path
        var start = levels.last.map { $0.end + 1 } ?? 0
        while start < path.count {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            try descend(FilePath(bytes: path[start..<end]), end)
            start = end + 1
        }
        return try standing(levels.count - 1)
    }

    private func isBoundary(_ position: Int, _ path: [UInt8]) -> Bool {
        position == path.count || (position < path.count && path[position] == UInt8(ascii: "/"))
    }

    /// Of the level with this number; of the root for -1.
    private func standing(_ index: Int) throws(LinuxError) -> Standing {
        guard index >= 0 else { return .open(roots[root]) }
        if levels[index].isClosed { try reopen(index) }
        return levels[index].standing
    }

    private func descend(_ name: FilePath, _ end: Int) throws(LinuxError) {
        guard case .open(let directory) = try standing(levels.count - 1) else {
            // What is in a directory that is not there is not there either.
            guard let outer = levels.last?.standing else { return }
            return levels.append(Level(end: end, standing: outer, identity: nil))
        }
        do {
            let child = SharedDescriptor(try directory.descriptor.openBeneath(name, [.readOnly, .directory]))
            let identity = try FileAttributes(of: child.file).identity
            try filesystems.note(child, identity)
            levels.append(Level(end: end, standing: .open(child), identity: identity))
            closeOuter()
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory:
                levels.append(Level(end: end, standing: .absent))
            case .notDirectory, .tooManySymbolicLinkLevels, .improperLink:
                levels.append(Level(end: end, standing: .blocked("what it should lie in is no directory")))
            default:
                throw error
            }
        }
    }

    private func closeOuter() {
        let outer = levels.count - 1 - Self.openLevels
        guard outer >= 0, case .open = levels[outer].standing else { return }
        levels[outer].standing = .absent
        levels[outer].isClosed = true
    }

    private func leave() throws(LinuxError) {
        let left = levels.removeLast()
        guard let level = levels.last, level.isClosed, case .open(let child) = left.standing else { return }
        let parent = SharedDescriptor(try child.descriptor.openParent())
        // One that is another now is looked for from the root, if it is wanted at all.
        guard try FileAttributes(of: parent.file).identity == level.identity else { return }
        levels[levels.count - 1].standing = .open(parent)
        levels[levels.count - 1].isClosed = false
    }

    /// Opens a level that was closed, by its path.
    private func reopen(_ index: Int) throws(LinuxError) {
        var directory = roots[root]
        var start = 0
        for level in levels[...index] {
            let name = FilePath(bytes: path[start..<level.end])
            directory = SharedDescriptor(try directory.descriptor.openBeneath(name, [.readOnly, .directory]))
            start = level.end + 1
        }
        guard try FileAttributes(of: directory.file).identity == levels[index].identity else {
            throw LinuxError(.noSuchFileOrDirectory, "find the way back")
        }
        levels[index].standing = .open(directory)
        levels[index].isClosed = false
    }
}

/// The filesystems that are written to.
final class Filesystems {
    private static let limit = 16
    private var directories: [UInt64: SharedDescriptor] = [:]

    /// Takes note of that of an open directory.
    func note(_ directory: SharedDescriptor, _ identity: FileIdentity) throws(LinuxError) {
        guard directories[identity.device] == nil else { return }
        // On btrfs each subvolume has a number of its own, and there can be many.
        if directories.count >= Self.limit { try synchronize() }
        directories[identity.device] = directory
    }

    /// Returns once all that was written to them is on stable storage, and forgets them.
    func synchronize() throws(LinuxError) {
        for directory in directories.values { try directory.descriptor.synchronizeFilesystem() }
        directories.removeAll()
    }
}
