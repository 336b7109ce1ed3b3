import Linux
import SystemPackage

extension LeftOut {
    /// Adds what is mounted below `source` from elsewhere, of which a btrfs snapshot holds the empty directories only; not
    /// what is mounted at one of `known`, nor a directory that is mounted on itself.
    mutating func addMounts(
        below source: FilePath,
        of live: borrowing Descriptor,
        except known: Set<FilePath>
    ) throws(LinuxError) {
        let table = try MountTable.current()
        let holder = try table.mount(of: live)
        // As bytes: to compare paths by their components takes longer than the snapshot.
        let slash = UInt8(ascii: "/")
        let prefix = source.bytes.last == slash ? source.bytes : source.bytes + [slash]
        for mount in table.mounts {
            guard mount.point.bytes.starts(with: prefix), !known.contains(mount.point) else {
                continue
            }
            if let holder, mount.isInPlace(below: holder) { continue }
            add("the \(mount.type) filesystem mounted at", mount.point)
        }
    }
}
