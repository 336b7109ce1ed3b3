import Glibc
import SystemPackage

/// What it takes to go on with a file that was written in part.
extension Descriptor {
    /// Has this open file to itself, among those who ask for it, until it is closed; see flock(2).
    /// - Returns: Whether nobody else has it.
    public func lockWithoutWaiting() throws(LinuxError) -> Bool {
        guard retrying({ flock(file.rawValue, LOCK_EX | LOCK_NB) }) != 0 else { return true }
        guard Glibc.errno == EWOULDBLOCK else { throw LinuxError(last: "lock") }
        return false
    }

    /// Takes out what is in the file, and goes to its start.
    public func clear() throws(LinuxError) {
        guard retrying({ ftruncate(file.rawValue, 0) }) == 0, lseek(file.rawValue, 0, SEEK_SET) == 0 else {
            throw LinuxError(last: "truncate")
        }
    }
}
