import Linux
import SystemPackage

extension LeftOut {
    /// Adds what is mounted below `source` from elsewhere, of which a btrfs snapshot holds the empty directories only; not
    /// what is mounted at one of `known`.
    mutating func addMounts(below source: FilePath, except known: Set<FilePath>) throws(LinuxError) {
        for mount in try MountTable.current().mounts {
            guard mount.point != source, mount.point.starts(with: source), !known.contains(mount.point) else {
                continue
            }
            add("the \(mount.type) filesystem mounted at", mount.point)
        }
    }
}
