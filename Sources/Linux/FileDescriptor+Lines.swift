import Glibc
public import SystemPackage

extension FileDescriptor {
    /// Writes all of `bytes` to a pipe whose reader may be slow.
    /// - Parameter patience: How long to wait for room each time there is none; nil for ever.
    /// - Returns: Whether all of it was written.
    public func write(_ bytes: [UInt8], patience: Duration?) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                guard waitForRoom(patience) else { return false }
                // A pipe that polls as writable takes at least PIPE_BUF bytes at once.
                let count = Glibc.write(rawValue, start, min(rest.count, Int(PIPE_BUF)))
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if Glibc.errno != EINTR, Glibc.errno != EAGAIN {
                    return false
                }
            }
            return true
        }
    }

    private func waitForRoom(_ patience: Duration?) -> Bool {
        var waiting = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        while true {
            let count = poll(&waiting, 1, patience.map { Int32(clamping: Int64($0 / .milliseconds(1))) } ?? -1)
            if count >= 0 { return count > 0 }
            guard Glibc.errno == EINTR else { return false }
        }
    }
}
