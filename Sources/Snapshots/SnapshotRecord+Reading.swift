import BackupModel
import FoundationEssentials
import Linux
import SystemPackage

/// Why a directory is no snapshot, though its name says so.
struct UnreadableRecord: Error, CustomStringConvertible {
    let description: String
}

extension SnapshotRecord {
    /// Reads the record that stands in the directory of the snapshot `id`.
    ///
    /// What stands there is believed as far as it makes sense only: it may have been put there by a restore, by hand, or by a
    /// later version of this program.
    /// - Throws: `UnreadableRecord`, or `LinuxError` with the kernel's reason.
    static func read(_ id: SnapshotID, in snapshot: borrowing Descriptor) throws -> SnapshotRecord {
        let file = try snapshot.open(fileName, [.readOnly, .noFollow, .nonBlocking])
        guard try file.status().kind == .regular else { throw UnreadableRecord(description: "It is no regular file.") }
        let bytes = try file.readAll(limit: maximumByteCount)
        let record: SnapshotRecord
        do {
            record = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw UnreadableRecord(description: "\(error)")
        }
        try record.check(id)
        return record
    }

    private func check(_ id: SnapshotID) throws(UnreadableRecord) {
        guard version == Self.currentVersion else {
            throw UnreadableRecord(description: "It has version \(version), and not \(Self.currentVersion).")
        }
        guard self.id == id else { throw UnreadableRecord(description: "It is the record of snapshot \(self.id).") }
        guard !trees.isEmpty, Set(trees.map(\.name)).count == trees.count else {
            throw UnreadableRecord(description: "It names no tree, or one twice.")
        }
        for tree in trees {
            // Only a name that is a single component and the same again as a path leads to a directory in the snapshot.
            let name = FilePath(tree.name)
            guard name.lastComponent?.kind == .regular, name.lastComponent?.string == tree.name else {
                throw UnreadableRecord(description: "It names the tree \"\(name.text)\", which is no directory's name.")
            }
        }
    }
}
