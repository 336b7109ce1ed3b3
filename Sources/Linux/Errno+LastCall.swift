import Glibc
public import SystemPackage

extension Errno {
    /// What the last failed call of this thread left in `errno`; to be read before any other call.
    public static var lastCall: Errno { Errno(rawValue: Glibc.errno) }
}
