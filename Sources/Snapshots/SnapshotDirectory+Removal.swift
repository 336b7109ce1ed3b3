import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// Removes the entry `name`, a directory of trees, with all the subvolumes and files in it, for good.
    func remove(_ name: FilePath) throws {
        let directory = try open()
        let snapshot = try directory.open(name, [.readOnly, .directory, .noFollow])
        for tree in try snapshot.entryNames() {
            try removeTree(tree, in: snapshot)
        }
        try directory.removeDirectory(name)
        try synchronize(directory)
    }

    /// Removes what a snapshot that is not whole has left; what can't be removed is left to the next start.
    func discard(_ name: FilePath) {
        do {
            guard try open().statusIfThere(of: name)?.kind == .directory else { return }
            try remove(name)
        } catch {
            logger.error("\(path.pushing(name).text) could not be removed.", metadata: ["error": "\(error)"])
        }
    }

    func removeTree(_ name: FilePath, in snapshot: borrowing Descriptor) throws {
        guard try snapshot.status(of: name).kind == .directory,
            let subvolume = try Subvolume(snapshot.open(name, [.readOnly, .directory, .noFollow]))
        else { return try snapshot.removeTree(name) }
        let nested = try subvolume.nested().map(\.path)
        if !nested.isEmpty {
            // Nothing can be taken out of a read-only subvolume, so they are opened up, from the outside in.
            for path in [""] + nested where nested.contains(where: { $0 != path && $0.starts(with: path) }) {
                try Subvolume(subvolume.directory.openDirectory(path))?.setReadOnly(false)
            }
            for path in nested.reversed() {
                guard let last = path.lastComponent else { continue }
                let parent = try subvolume.directory.openDirectory(path.removingLastComponent())
                try parent.deleteSubvolume(FilePath(root: nil, components: last))
            }
        }
        try snapshot.deleteSubvolume(name)
    }
}
