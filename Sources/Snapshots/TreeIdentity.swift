import Btrfs
import Linux
import SystemPackage

/// What tells a tree from all others, whatever it is called, and after a reboot too.
struct TreeIdentity: Codable, Sendable, Equatable {
    /// The id of the subvolume whose top it is; nil for a plain directory.
    var subvolume: UInt64?
    /// The UUID of that subvolume.
    var uuid: String?
    /// The number of a plain directory, 0 for a subvolume: those of their tops are all the same.
    var inode: UInt64
    /// When a plain directory was made, in nanoseconds since 1970; nil where the filesystem does not tell. Numbers of
    /// directories are given again.
    var born: Int64?

    /// The identity of the tree whose top is the open directory `directory`.
    init(of directory: borrowing Descriptor) throws {
        if let subvolume = try Subvolume(directory.openDirectory("")) {
            let information = try subvolume.information()
            self.subvolume = information.id
            uuid = text(ofUUID: information.uuid)
            inode = 0
        } else {
            inode = try directory.status().inode
            born = try directory.birthTime()
        }
    }
}
