import CLinux
public import SystemPackage

extension FileDescriptor {
    /// How many bytes the other end of this TCP connection has acknowledged so far; nil where that can't be told. See tcp(7) on
    /// TCP_INFO.
    public var acknowledgedByteCount: UInt64? {
        let count = nx_acknowledged(rawValue)
        return count < 0 ? nil : UInt64(count)
    }
}
