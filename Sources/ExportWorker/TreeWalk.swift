import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// What is done with each entry that a walk comes by, in the order of the archive.
protocol TreeVisitor {
    /// A directory was entered; comes before its entries.
    mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes)
    /// An entry of `directory` that is not one, last named by `path`.
    mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory)
    /// An entry is left out, with all that is in it; or, where it was entered, what is in a directory.
    mutating func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, by pattern: String?)
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
    private let pacing: Pacing
    private let limit = DirectoryLimit(64)
    private var levels: [Level] = []
    private var path = EntryPath()
    private var filesystem: [UInt8]?
    private var selection = Selection()
    /// Where the part of the path begins that is relative to the tree.
    private var start = 0

    init(_ visitor: Visitor, pacing: Pacing = Pacing()) {
        self.visitor = visitor
        self.pacing = pacing
    }

    /// Walks what is selected of the tree at `root`, whose entries are called `name` and `name`/….
    mutating func walk(
        _ root: FilePath,
        as name: String,
        _ selection: Selection = Selection()
    ) throws(BackupError) {
        path = EntryPath(name)
        start = path.count + 1
        self.selection = selection
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
        pacing.wait()
        guard let level = levels.last, let directory = level.directory else { return }
        guard var kind = try level.reader.next(in: directory.file, appendingTo: path) else { return try leave() }
        if kind == .unknown { kind = try FileAttributes(of: path, in: directory.file).kind }
        if excludes(kind) { return path.truncate(to: level.pathLength) }
        guard kind == .directory else {
            visitor.visit(path, kind, in: directory)
            return path.truncate(to: level.pathLength)
        }
        limit.take()
        let child = OpenDirectory(try directory.file.openEntry(path, directory: true), limit: limit)
        let attributes = try FileAttributes(of: child.file)
        if isForeign(child, attributes, below: level.attributes) {
            visitor.enter(child, path, attributes)
            visitor.leaveOut(path, .otherFilesystem, by: nil)
            return path.truncate(to: level.pathLength)
        }
        try enter(child, attributes)
    }

    private mutating func enter(_ directory: OpenDirectory, _ attributes: FileAttributes) throws(LinuxError) {
        visitor.enter(directory, path, attributes)
        if let omission = try selection.omission(of: directory.file, at: path, from: start) {
            try leaveOut(omission, in: directory)
            return path.truncate(to: levels.last?.pathLength ?? path.count)
        }
        levels.append(Level(directory: directory, attributes: attributes, pathLength: path.count))
        let outer = levels.count - 1 - Self.openLevels
        guard outer >= 0 else { return }
        levels[outer].directory = nil
        levels[outer].reader.suspend()
    }

    /// Whether a pattern excludes what `path` names, of which the visitor is then told.
    private mutating func excludes(_ kind: FileAttributes.Kind) -> Bool {
        guard let pattern = selection.pattern(excluding: path, from: start, kind) else { return false }
        visitor.leaveOut(path, .pattern, by: pattern)
        return true
    }

    /// Visits what is kept of a directory's entries, and tells whether there are others.
    private mutating func leaveOut(_ omission: Selection.Omission, in directory: OpenDirectory) throws(LinuxError) {
        let length = path.count
        for member in omission.kept {
            path.append(member.name)
            if !excludes(member.kind) { visitor.visit(path, member.kind, in: directory) }
            path.truncate(to: length)
        }
        let reader = DirectoryReader()
        var hasOthers = false
        while !hasOthers, try reader.next(in: directory.file, appendingTo: path) != nil {
            hasOthers = !path.withBytes(from: length + 1) { name in
                omission.kept.contains { name.isEqual(to: Array($0.name.utf8)) }
            }
            path.truncate(to: length)
        }
        if hasOthers { visitor.leaveOut(path, omission.reason, by: nil) }
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
