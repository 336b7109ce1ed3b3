import Linux
import SystemPackage

extension MountTable {
    /// The mounts that show something of the open directory `tree`, or that lie in it.
    ///
    /// One of a btrfs names the subvolume it shows among its options, also when it shows only a directory in that.
    func uses(of tree: borrowing Descriptor, _ subvolumes: Set<UInt64>) throws(LinuxError) -> [Mount] {
        let path = try tree.currentPath()
        let shown = try shows(tree, subvolumes)
        return mounts.filter { mount in
            mount.point.starts(with: path) || shown.contains { $0.id == mount.id }
        }
    }

    /// The mounts that show something of the open directory `tree`.
    func shows(_ tree: borrowing Descriptor, _ subvolumes: Set<UInt64>) throws(LinuxError) -> [Mount] {
        guard let holder = try mount(of: tree) else { return [] }
        // Where the tree is as its filesystem sees it.
        var relative = try tree.currentPath()
        let root = relative.removePrefix(holder.point) ? holder.root.pushing(relative) : nil
        return mounts.filter { mount in
            guard mount.device == holder.device else { return false }
            if let id = mount.option("subvolid").flatMap({ UInt64($0) }), subvolumes.contains(id) { return true }
            return root.map { mount.root.starts(with: $0) } ?? false
        }
    }
}
