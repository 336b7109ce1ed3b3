import BackupModel
import Linux
import SystemPackage

/// What is done with each entry that a walk comes by, in the order of the archive.
protocol TreeVisitor {
    /// A directory was entered; comes before its entries.
    mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes)
    /// An entry of `directory` that is not one, last named by `path`.
    mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory)
    /// A directory's contents are left out, as another filesystem is mounted on it.
    mutating func passBy(_ path: EntryPath)
}

/// A walk over a tree, depth first, directories' entries in the filesystem's order.
///
/// Every call is about one component, relative to an open directory, and follows no symbolic link. Depth and number of
/// entries are bounded by nothing but memory, of which a level takes little: only the innermost directories stay open.
struct TreeWalk<Visitor: TreeVisitor> {
    private static var openLevels: Int { 24 }

    private struct Level {
        var directory: OpenDirectory?
        let reader = DirectoryReader()
        let attributes: FileAttributes
        let pathLength: Int
    }

    var visitor: Visitor
    private let limit = DirectoryLimit(64)
    private var levels: [Level] = []
    private var path = EntryPath()
    private var filesystem: [UInt8]?

    init(_ visitor: Visitor) {
        self.visitor = visitor
    }

    /// Walks the tree at `root`, whose entries are called `name` and `name`/….
    mutating func walk(_ root: FilePath, as name: String) throws(BackupError) {
        path = EntryPath(name)
        do {
            limit.take()
            let flags: Descriptor.Flags = [.readOnly, .directory, .noFollow]
            let directory = OpenDirectory(try Descriptor.open(root, flags), limit: limit)
            filesystem = directory.file.btrfsIdentity
            try enter(directory, FileAttributes(of: directory.file))
            while !levels.isEmpty { try step() }
        } catch {
            throw BackupError(reading: path, error)
        }
    }

    /// Takes the next entry of the innermost directory.
    private mutating func step() throws(LinuxError) {
        guard let level = levels.last, let directory = level.directory else { return }
        guard var kind = try level.reader.next(in: directory.file, appendingTo: path) else { return try leave() }
        if kind == .unknown { kind = try FileAttributes(of: path, in: directory.file).kind }
        guard kind == .directory else {
            visitor.visit(path, kind, in: directory)
            return path.truncate(to: level.pathLength)
        }
        limit.take()
        let child = OpenDirectory(try directory.file.openEntry(path, directory: true), limit: limit)
        let attributes = try FileAttributes(of: child.file)
        if isForeign(child, attributes, below: level.attributes) {
            visitor.enter(child, path, attributes)
            visitor.passBy(path)
            return path.truncate(to: level.pathLength)
        }
        try enter(child, attributes)
    }

    private mutating func enter(_ directory: OpenDirectory, _ attributes: FileAttributes) throws(LinuxError) {
        visitor.enter(directory, path, attributes)
        levels.append(Level(directory: directory, attributes: attributes, pathLength: path.count))
        let outer = levels.count - 1 - Self.openLevels
        guard outer >= 0 else { return }
        levels[outer].directory = nil
        levels[outer].reader.suspend()
    }

    private mutating func leave() throws(LinuxError) {
        let left = levels.removeLast()
        guard let level = levels.last else { return }
        if level.directory == nil, let child = left.directory {
            limit.take()
            let parent = OpenDirectory(try child.file.openParent(), limit: limit)
            guard try FileAttributes(of: parent.file).identity == level.attributes.identity else {
                throw LinuxError(.noSuchFileOrDirectory, "find the way back")
            }
            levels[levels.count - 1].directory = parent
        }
        path.truncate(to: level.pathLength)
    }

    /// Whether another filesystem is mounted here; a subvolume of the same btrfs is no other filesystem.
    private func isForeign(_ child: OpenDirectory, _ attributes: FileAttributes, below outer: FileAttributes) -> Bool {
        guard attributes.mountID != outer.mountID else { return false }
        guard let filesystem else { return true }
        return child.file.btrfsIdentity != filesystem
    }
}
