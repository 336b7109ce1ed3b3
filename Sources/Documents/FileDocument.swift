package import BackupModel
import Linux

/// What every document tells of an entry of a backup, with the keys of `Backup1.ListFiles`; each has a way of its own to say
/// where the entry is.
package struct FileDocument: Encodable {
    package let display: String
    package let type: String
    package let size: UInt64
    package let mode: UInt32
    package let uid: UInt32
    package let gid: UInt32
    package let mtime: Int64
    package let mtimeNsec: UInt32
    package let hardLink: Bool

    package init(_ entry: FileEntry) {
        display = printable(entry.path)
        type = entry.kind.rawValue
        size = entry.size
        mode = entry.permissions
        uid = entry.userID
        gid = entry.groupID
        mtime = entry.modified
        mtimeNsec = entry.modifiedNanoseconds
        hardLink = entry.isHardLink
    }
}
