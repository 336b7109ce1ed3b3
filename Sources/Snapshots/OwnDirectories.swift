import BackupModel
import Linux
import SystemPackage

/// The product's own directories as far as they lie in a source: what is in them is never part of a snapshot, as each would
/// hold all those before it.
struct OwnDirectories {
    /// Where the source is, without symbolic links.
    let source: FilePath
    /// Paths relative to the source.
    private(set) var paths: [FilePath] = []
    /// Whether a snapshot of the source itself holds what is in one of them; not so when they are subvolumes.
    private(set) var areContained = false

    /// Looks for `directories` in the open directory `live`.
    /// - Throws: `BackupError` with `unsupported` when the source is one of them or lies in one.
    init(_ directories: [FilePath], in live: borrowing Descriptor, of source: SnapshotSource) throws {
        self.source = try live.currentPath()
        for directory in directories {
            // One that does not exist yet holds nothing.
            guard let path = try? Descriptor.open(directory, [.pathOnly, .directory]).currentPath() else { continue }
            guard !self.source.starts(with: path) else {
                throw BackupError(
                    .unsupported,
                    "The source \(source.name) at \(source.path.text) lies in \(directory.text), where the product keeps its "
                        + "own files; choose another path for it."
                )
            }
            guard let relative = Self.relative(path, below: self.source) else { continue }
            paths.append(relative)
            if try isContained(relative, in: live) { areContained = true }
        }
    }

    /// Whether what is at `path` is of the source's own subvolume, and not of a nested one or another filesystem; a
    /// directory that is mounted on itself is.
    private func isContained(_ path: FilePath, in live: borrowing Descriptor) throws(LinuxError) -> Bool {
        try live.openDirectory(path).status().device == live.status().device
    }

    /// Where `directories` are in the tree at `source`, relative to it; what can't be found is taken as it is written.
    static func paths(_ directories: [FilePath], below source: FilePath) -> [FilePath] {
        directories.compactMap { relative(current($0), below: current(source)) }
    }

    /// Where `directory` is below `root`, both without symbolic links, by whichever mount either is reached; nil where it is
    /// not.
    private static func relative(_ directory: FilePath, below root: FilePath) -> FilePath? {
        let identity = identity(of: root)
        var above = directory
        var names: [FilePath.Component] = []
        while let name = above.lastComponent, above.removeLastComponent() {
            names.append(name)
            // From the inside out, as the same directory may be reached by a way through others.
            if above == root || identity != nil && self.identity(of: above) == identity {
                return FilePath(root: nil, names.reversed())
            }
        }
        return nil
    }

    private static func identity(of path: FilePath) -> FileIdentity? {
        try? Descriptor.open(path, [.pathOnly, .directory]).status().identity
    }

    private static func current(_ path: FilePath) -> FilePath {
        (try? Descriptor.open(path, [.pathOnly, .directory]).currentPath()) ?? path
    }

    /// Whether `path`, relative to the source, is one of them or in one.
    func contain(_ path: FilePath) -> Bool {
        paths.contains { path.starts(with: $0) }
    }

    /// Adds them to what is left out.
    func list(_ leftOut: inout LeftOut) {
        for path in paths { leftOut.add("the product's own directory", source.pushing(path)) }
    }
}
