import Glibc
import SystemPackage

extension Descriptor {
    /// Waits until no other open file of the same directory or file holds the lock, and takes it until this one is closed;
    /// see flock(2). Blocks.
    public func lockExclusively() throws(LinuxError) {
        guard retrying({ flock(file.rawValue, LOCK_EX) }) == 0 else { throw LinuxError(last: "lock") }
    }
}

/// The id of the group `name`; nil where there is none.
public func groupID(named name: String) -> UInt32? {
    var entry = group()
    var found: UnsafeMutablePointer<group>?
    var buffer = [CChar](repeating: 0, count: 64 << 10)
    let result = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
    return result == 0 && found != nil ? entry.gr_gid : nil
}
