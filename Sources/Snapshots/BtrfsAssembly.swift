import Btrfs
import Linux
import SystemPackage

/// Puts snapshots of nested subvolumes into the snapshot of the outer one, and makes all of it read-only.
struct BtrfsAssembly: ~Copyable {
    /// BTRFS_EMPTY_SUBVOL_DIR_OBJECTID: the inode number of the empty directory that a snapshot has for a nested subvolume.
    private static let placeholderInode: UInt64 = 2

    private let live: Subvolume
    private let tree: Descriptor
    /// The nested subvolumes whose snapshots are in the tree, each before those in it.
    private(set) var placed: [NestedSubvolume] = []
    private var writable: [FilePath] = []
    private var missing: [FilePath] = []

    init(live: consuming Subvolume, tree: consuming Descriptor) {
        self.live = live
        self.tree = tree
    }

    /// Takes the nested snapshots, empties the product's own directories, and closes the tree to changes.
    mutating func run(_ nested: NestedSelection, _ own: OwnDirectories, _ leftOut: inout LeftOut) throws {
        try setReadOnly("", false)
        for subvolume in nested.included {
            try place(subvolume, isReadOnly: !nested.isChanged(subvolume.path, own), own.source, &leftOut)
        }
        for path in own.paths { try empty(path) }
        for path in writable.reversed() { try setReadOnly(path, true) }
        try setReadOnly("", true)
    }

    /// The subvolumes of the finished tree, its own first.
    func subvolumes() throws -> [SnapshotRecord.Subvolume] {
        try ([""] + placed.map(\.path)).map { path in
            guard let subvolume = try Subvolume(tree.openDirectory(path)) else {
                throw LinuxError(.ioError, "find the snapshot of the subvolume \(path.text) again")
            }
            let information = try subvolume.information()
            return .init(path: path.text, id: information.id, uuid: text(ofUUID: information.uuid))
        }
    }

    private mutating func place(
        _ subvolume: NestedSubvolume,
        isReadOnly: Bool,
        _ source: FilePath,
        _ leftOut: inout LeftOut
    ) throws {
        let path = subvolume.path
        guard let name = path.lastComponent.map({ FilePath(root: nil, components: $0) }) else { return }
        guard !missing.contains(where: { path.starts(with: $0) }) else {
            return leftOut.add("the nested subvolume", source.pushing(path))
        }
        // One that came after the snapshot of what it is in is no part of that.
        guard let parent = try tree.openDirectoryIfThere(path.removingLastComponent()),
            let placeholder = try parent.statusIfThere(of: name), placeholder.inode == Self.placeholderInode
        else { return }
        guard let original = try reach(subvolume) else {
            missing.append(path)
            return leftOut.add("the nested subvolume", source.pushing(path), ", which was gone or could not be reached")
        }
        let times = try parent.status()
        try parent.removeDirectory(name)
        do throws(BtrfsError) {
            try original.snapshot(into: parent, named: name, isReadOnly: isReadOnly)
            placed.append(subvolume)
            if !isReadOnly { writable.append(path) }
        } catch {
            guard error.errno == .textFileBusy else { throw error }
            missing.append(path)
            leftOut.add("the nested subvolume", source.pushing(path), ", which holds a swap file in use")
            try restore(placeholder, name, in: parent)
        }
        try parent.setTimes(of: times)
    }

    /// Opens the live subvolume; nil when it is gone, or when what is at its path now is something else.
    private func reach(_ subvolume: NestedSubvolume) throws -> Subvolume? {
        guard let directory = try live.directory.openDirectoryIfThere(subvolume.path),
            let found = try Subvolume(directory), found.id == subvolume.id,
            found.directory.btrfsID() == live.directory.btrfsID()
        else { return nil }
        return found
    }

    private func restore(_ placeholder: FileStatus, _ name: FilePath, in parent: borrowing Descriptor) throws {
        try parent.makeDirectory(name)
        let directory = try parent.open(name, [.readOnly, .directory, .noFollow])
        try directory.setPermissions(placeholder.permissions)
        try directory.setTimes(of: placeholder)
    }

    private func empty(_ path: FilePath) throws {
        guard let directory = try tree.openDirectoryIfThere(path) else { return }
        let status = try directory.status()
        guard status.inode != Self.placeholderInode else { return }
        try directory.removeContents()
        try directory.setTimes(of: status)
    }

    private func setReadOnly(_ path: FilePath, _ isReadOnly: Bool) throws {
        guard let subvolume = try Subvolume(tree.openDirectory(path)) else { return }
        // Changing it costs a commit of the filesystem.
        if try subvolume.isReadOnly() != isReadOnly { try subvolume.setReadOnly(isReadOnly) }
    }
}

/// The form of RFC 9562: `8-4-4-4-12` hexadecimal digits.
func text(ofUUID bytes: [UInt8]) -> String {
    var result = ""
    for (index, byte) in bytes.enumerated() {
        if [4, 6, 8, 10].contains(index) { result += "-" }
        let digits = String(byte, radix: 16)
        result += digits.count < 2 ? "0" + digits : digits
    }
    return result
}
