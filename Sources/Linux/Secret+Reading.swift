import Glibc
public import SystemPackage

extension Secret {
    /// Reads up to the end of `file` or its first newline, which is not part of the secret; blocks for at most `patience`.
    ///
    /// The file may be a pipe whose writer is slow, gone or hostile; it is not closed.
    /// - Throws: `LinuxError` with `ETIMEDOUT`, with `EMSGSIZE` for more than `limit` bytes, or with what read(2) reported.
    public convenience init(readingLineFrom file: FileDescriptor, limit: Int, patience: Duration) throws(LinuxError) {
        let deadline = ContinuousClock.now + patience
        var bytes: [UInt8] = []
        bytes.reserveCapacity(limit + 1)
        while true {
            try Self.waitUntilReadable(file, deadline)
            var byte: UInt8 = 0
            let count = read(file.rawValue, &byte, 1)
            if count == 0 || (count == 1 && byte == UInt8(ascii: "\n")) { break }
            guard count == 1 else {
                if Glibc.errno == EINTR || Glibc.errno == EAGAIN { continue }
                throw LinuxError(last: "read")
            }
            guard bytes.count < limit else { throw LinuxError(Errno(rawValue: EMSGSIZE), "read") }
            bytes.append(byte)
        }
        self.init(wiping: &bytes)
    }

    private static func waitUntilReadable(_ file: FileDescriptor, _ deadline: ContinuousClock.Instant)
        throws(LinuxError)
    {
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { throw LinuxError(.timedOut, "read") }
            var poll = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(min(left.rounded(.up), 60_000)))
            if count > 0 { return }
            if count < 0, Glibc.errno != EINTR { throw LinuxError(last: "poll") }
        }
    }
}
