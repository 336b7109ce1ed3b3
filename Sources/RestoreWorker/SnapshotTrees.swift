import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// The trees of a snapshot, open.
struct SnapshotTrees {
    private let trees: [[UInt8]: SharedDescriptor]
    /// The names of the sources, in order.
    let sources: [[UInt8]]

    init(_ list: [Restoration.Tree]) throws(BackupError) {
        var trees: [[UInt8]: SharedDescriptor] = [:]
        for tree in list {
            do {
                let flags: Descriptor.Flags = [.readOnly, .directory, .noFollow]
                trees[Array(tree.name.utf8)] = SharedDescriptor(try Descriptor.open(FilePath(bytes: tree.path), flags))
            } catch {
                throw BackupError(
                    error.errno == .noSuchFileOrDirectory ? .notFound : .failed,
                    "The tree \(shortened(tree.path)) of the snapshot can't be opened (\(error.errno)).",
                    cause: error
                )
            }
        }
        self.trees = trees
        sources = list.map { Array($0.name.utf8) }
    }

    /// The directory that `path` is in, and its name there; of a source, itself and no name.
    /// - Parameter visit: Called with each directory above it, from the outermost on, with its path in the backup.
    /// - Throws: `BackupError` with `notFound` when there is nothing at `path`.
    func find(
        _ path: [UInt8],
        _ visit: ([UInt8], SharedDescriptor) throws -> Void = { _, _ in }
    ) throws -> (directory: SharedDescriptor, name: EntryPath?) {
        let missing = BackupError(.notFound, "\(shortened(path)) is not in the backup.")
        let components = path.split(separator: UInt8(ascii: "/")).map(Array.init)
        guard let source = components.first, var directory = trees[source] else { throw missing }
        guard let last = components.dropFirst().last else { return (directory, nil) }
        var above = source
        do {
            try visit(above, directory)
            for component in components.dropFirst().dropLast() {
                directory = SharedDescriptor(
                    try directory.descriptor.openBeneath(FilePath(bytes: component), [.readOnly, .directory])
                )
                above = above.appending(path: component)
                try visit(above, directory)
            }
            let name = EntryPath(bytes: last)
            _ = try FileAttributes(of: name, in: directory.file)
            return (directory, name)
        } catch let error as LinuxError {
            switch error.errno {
            case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels, .improperLink, .fileNameTooLong:
                throw missing
            default:
                throw BackupError(.failed, "\(shortened(path)) could not be read (\(error)).", cause: error)
            }
        }
    }
}
