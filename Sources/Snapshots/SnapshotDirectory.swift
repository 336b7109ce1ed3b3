import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

/// The directory that holds the snapshots, each in a directory called by its id. Everything blocks.
///
/// A snapshot is made under a hidden name and gets its own as the last step; one that is deleted gets a hidden name as the
/// first. So whatever has an id for a name is whole, and whatever has a hidden name goes at the next start.
struct SnapshotDirectory: Sendable {
    let path: FilePath
    /// Directories, of the product itself, of which nothing is to be in a snapshot.
    let excluding: [FilePath]
    let logger: Logger

    func open() throws(LinuxError) -> Descriptor {
        try Descriptor.open(path, [.readOnly, .directory])
    }

    static func name(_ id: SnapshotID) -> FilePath { FilePath("\(id)") }
    static func partialName(_ id: SnapshotID) -> FilePath { FilePath(".\(id).partial") }
    static func deletingName(_ id: SnapshotID) -> FilePath { FilePath(".\(id).deleting") }

    /// The id for which `name` stands; nil where it stands for none.
    static func id(of name: FilePath) -> SnapshotID? {
        guard let id = SnapshotID(name.string), id != 0, "\(id)" == name.string else { return nil }
        return id
    }

    /// The id of a snapshot that is being made or deleted under `name`; nil for another name.
    static func id(ofHidden name: FilePath) -> SnapshotID? {
        let text = name.string
        for suffix in [".partial", ".deleting"] where text.hasPrefix(".") && text.hasSuffix(suffix) {
            return id(of: FilePath(String(text.dropFirst().dropLast(suffix.count))))
        }
        return nil
    }

    func takeID(_ counter: inout IDCounter) throws -> SnapshotID {
        do {
            return try counter.take(in: open())
        } catch {
            throw BackupError("The number of the next snapshot can't be kept in \(path.text)", error)
        }
    }

    /// Returns once every change made so far to the names in `directory` is on stable storage.
    func synchronize(_ directory: borrowing Descriptor) throws {
        if directory.btrfsID() != nil {
            // On btrfs the names of subvolumes are not part of what fsync(2) writes.
            try directory.commitFilesystem()
        } else {
            try directory.synchronize()
        }
    }
}
