import Linux
import SystemPackage

extension LeftOut {
    /// Adds what is mounted below `source` from elsewhere, of which a btrfs snapshot holds the empty directories only; not
    /// what is mounted at one of `known`.
    mutating func addMounts(below source: FilePath, except known: Set<FilePath>) throws(LinuxError) {
        // As bytes: to compare paths by their components takes longer than the snapshot.
        let slash = UInt8(ascii: "/")
        let prefix = source.bytes.last == slash ? source.bytes : source.bytes + [slash]
        for mount in try MountTable.current().mounts {
            guard mount.point.bytes.starts(with: prefix), !known.contains(mount.point) else {
                continue
            }
            add("the \(mount.type) filesystem mounted at", mount.point)
        }
    }
}
