import Btrfs
import Linux
import SystemPackage

extension BtrfsVolume {
    func copy(
        _ tree: SharedDescriptor,
        at path: FilePath,
        to name: FilePath,
        in parent: borrowing Descriptor,
        asSubvolume: Bool
    ) throws {
        guard let snapshot = try Subvolume(tree.descriptor.openDirectory("")) else {
            throw LinuxError(.notDirectory, "find the subvolume \(path.text)")
        }
        try snapshot.snapshot(into: parent, named: name, isReadOnly: false)
        let copy = try parent.open(name, [.readOnly, .directory, .noFollow])
        let nested = try snapshot.nested().sorted { $0.path.components.count < $1.path.components.count }
        for subvolume in nested {
            guard let last = subvolume.path.lastComponent,
                let original = try Subvolume(snapshot.directory.openDirectory(subvolume.path))
            else { throw LinuxError(.notDirectory, "find the subvolume \(path.pushing(subvolume.path).text)") }
            let holder = try copy.openDirectory(subvolume.path.removingLastComponent())
            let times = try holder.status()
            let name = FilePath(root: nil, components: last)
            // The empty directory that a snapshot has for a nested subvolume.
            try holder.removeDirectory(name)
            try original.snapshot(into: holder, named: name, isReadOnly: false)
            try holder.setTimes(of: times)
        }
    }
}
