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
        } catch let error as LinuxError {
            throw BackupError(
                storage: error,
                "The number of the next snapshot can't be kept in \(path): \(error.errno)."
            )
        }
    }

    /// Makes the snapshot `id`; one that can't be made whole leaves nothing.
    func create(
        _ id: SnapshotID,
        of sources: [SnapshotSource],
        record: ([SnapshotRecord.Tree]) -> SnapshotRecord
    ) throws {
        do {
            let directory = try open()
            try directory.makeDirectory(Self.partialName(id))
            let snapshot = try directory.open(Self.partialName(id), [.readOnly, .directory, .noFollow])
            var trees: [SnapshotRecord.Tree] = []
            for source in sources {
                trees.append(try take(source, into: snapshot))
            }
            try snapshot.writeDurably(
                record(trees).encoded(),
                to: SnapshotRecord.fileName,
                staging: ".snapshot.json.partial"
            )
            try directory.renameWithoutReplacing(Self.partialName(id), to: Self.name(id))
            try directory.synchronize()
        } catch {
            discard(Self.partialName(id))
            throw BackupError(snapshotting: id, error)
        }
    }

    private func take(_ source: SnapshotSource, into snapshot: borrowing Descriptor) throws -> SnapshotRecord.Tree {
        do {
            let volume = try volume(for: source, beside: snapshot)
            return try volume.snapshot(source, into: snapshot, excluding: excluding)
        } catch let error as LinuxError {
            throw BackupError(
                storage: error,
                "The source \(source.name) at \(source.path) can't be snapshotted: \(error.operation): \(error.errno)."
            )
        } catch let error as BtrfsError {
            throw BackupError(
                storage: LinuxError(error.errno, error.operation),
                "The source \(source.name) at \(source.path) can't be snapshotted: \(error.operation): \(error.errno)."
            )
        }
    }

    /// A snapshot of a btrfs subvolume can only be on the same filesystem; everything else is copied.
    private func volume(for source: SnapshotSource, beside snapshot: borrowing Descriptor) throws -> any Volume {
        guard source.driver != .clone else { return CloneVolume() }
        let live = try Descriptor.open(source.path, [.readOnly, .directory])
        let mounts = try MountTable.current()
        let isSameFilesystem = try mounts.mount(of: live)?.device == mounts.mount(of: snapshot)?.device
        let isSubvolume = try Subvolume(live) != nil
        switch (source.driver, isSubvolume && isSameFilesystem) {
        case (_, true): return BtrfsVolume()
        case (.btrfs, false):
            throw BackupError(
                .unsupported,
                "The source \(source.name) at \(source.path) is no btrfs subvolume on the filesystem of \(path); set its driver "
                    + "to \"clone\" or \"auto\", or keep snapshots on that filesystem."
            )
        default: return CloneVolume()
        }
    }

    /// Removes a snapshot that was never whole or is to be no more; what can't be removed is left to the next start.
    func discard(_ name: FilePath) {
        do {
            try remove(name)
        } catch {
            logger.error("\(path.pushing(name)) could not be removed.", metadata: ["error": "\(error)"])
        }
    }
}
