import BackupModel
import Linux
import SystemPackage

/// A walk over what is selected of a snapshot's tree, depth first; follows no symbolic link, and opens everything by one
/// component in an open directory. A level takes little memory, and only the innermost directories stay open.
struct SnapshotWalk {
    private static let openLevels = 24

    /// What is told of each entry.
    struct Step {
        /// Its path in the backup.
        let path: [UInt8]
        let kind: FileAttributes.Kind
        /// The directory it is in, open, and its name there; for a directory, itself.
        let directory: SharedDescriptor
        let name: EntryPath
        /// Whether another filesystem is mounted on it, in which nothing is looked at.
        var isForeign = false
    }

    private struct Level {
        var directory: SharedDescriptor?
        let reader = DirectoryReader()
        let attributes: FileAttributes
        let pathLength: Int
    }

    private var path: [UInt8]
    private var levels: [Level] = []
    private let filesystem: [UInt8]?
    private let name = EntryPath()

    /// Starts at `directory`, whose path in the backup is `path`.
    init(_ directory: SharedDescriptor, path: [UInt8]) throws(LinuxError) {
        self.path = path
        filesystem = directory.file.btrfsIdentity
        // Opened anew, as where it is read next is a matter of the open file, which another walk may have, too.
        let top = SharedDescriptor(try directory.descriptor.open(".", [.readOnly, .directory]))
        levels = [Level(directory: top, attributes: try FileAttributes(of: top.file), pathLength: path.count)]
    }

    /// Calls `body` with each entry below the directory it started at, a directory before what is in it.
    mutating func run(_ body: (Step) throws -> Void) throws {
        while let level = levels.last {
            guard let directory = level.directory else { return }
            name.truncate(to: 0)
            guard var kind = try level.reader.next(in: directory.file, appendingTo: name) else {
                try leave()
                continue
            }
            if kind == .unknown { kind = try FileAttributes(of: name, in: directory.file).kind }
            path = path.prefix(level.pathLength) + [UInt8(ascii: "/")] + name.bytes
            if kind == .directory {
                try enter(
                    SharedDescriptor(directory.file.openEntry(name, directory: true)),
                    below: level.attributes,
                    body
                )
            } else {
                try body(Step(path: path, kind: kind, directory: directory, name: name))
            }
        }
    }

    private mutating func enter(
        _ child: SharedDescriptor,
        below outer: FileAttributes,
        _ body: (Step) throws -> Void
    ) throws {
        let attributes = try FileAttributes(of: child.file)
        let isMounted = attributes.mountID != outer.mountID
        let isForeign = isMounted && (filesystem == nil || child.file.btrfsIdentity != filesystem)
        try body(Step(path: path, kind: .directory, directory: child, name: name, isForeign: isForeign))
        if isForeign { return }
        levels.append(Level(directory: child, attributes: attributes, pathLength: path.count))
        let outermost = levels.count - 1 - Self.openLevels
        guard outermost >= 0 else { return }
        levels[outermost].directory = nil
        levels[outermost].reader.suspend()
    }

    private mutating func leave() throws(LinuxError) {
        let left = levels.removeLast()
        guard let level = levels.last, level.directory == nil, let child = left.directory else { return }
        let parent = SharedDescriptor(try child.file.openParent())
        guard try FileAttributes(of: parent.file).identity == level.attributes.identity else {
            throw LinuxError(.noSuchFileOrDirectory, "find the way back")
        }
        levels[levels.count - 1].directory = parent
    }
}
