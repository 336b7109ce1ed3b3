import BackupModel
import ExportWorker
import Linux
import SystemPackage

/// Counts what is selected of a snapshot, so that it can be told how far its restoration is.
struct SnapshotCount {
    private let trees: SnapshotTrees

    init(_ trees: SnapshotTrees) {
        self.trees = trees
    }

    /// Counts what is at the `selected` paths, and tells `tally`.
    func count(_ selected: [[UInt8]], _ tally: Tally) throws {
        var (bytes, entries): (UInt64, UInt64) = (0, 0)
        for path in selected {
            entries += 1
            var (directory, name) = try trees.find(path)
            if let name {
                let status = try FileAttributes(of: name, in: directory.file)
                bytes += status.storedSize
                guard status.kind == .directory else { continue }
                directory = SharedDescriptor(try directory.file.openEntry(name, directory: true))
            }
            var walk = try SnapshotWalk(directory, path: path)
            try walk.run { step in
                entries += 1
                guard step.kind == .regular else { return }
                bytes += try FileAttributes(of: step.name, in: step.directory.file).storedSize
            }
        }
        tally.setTotals(bytes: bytes, entries: entries)
    }
}

extension FileAttributes {
    /// What a regular file counts for in the progress: the bytes that are not holes.
    var storedSize: UInt64 { kind == .regular ? min(size, allocatedSize) : 0 }
}
