import CLinux
import Glibc
public import SystemPackage

/// How long to wait on a full or an empty pipe before looking again.
///
/// Waking for every pipe-full costs more than a short sleep, in which the other side fills or empties much of the pipe.
private let pace: UInt32 = 500  // microseconds

/// What data is pumped through: a pipe whose other end belongs to another program.
extension FileDescriptor {
    /// Makes reading and writing return at once with EAGAIN, and the pipe as large as the system lets it be, up to 1 MiB.
    public func prepareForPacing() throws(LinuxError) {
        let flags = nx_fcntl_int(rawValue, F_GETFL, 0)
        guard flags >= 0, nx_fcntl_int(rawValue, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw LinuxError(last: "fcntl")
        }
        _ = nx_fcntl_int(rawValue, Int32(nx_set_pipe_size), 1 << 20)
    }

    /// Writes all of `bytes` to a pipe prepared for pacing; blocks.
    public func writePaced(_ bytes: UnsafeRawBufferPointer) throws(LinuxError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(rawValue, start, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if Glibc.errno == EAGAIN {
                usleep(pace)
            } else if Glibc.errno != EINTR {
                throw LinuxError(last: "write")
            }
        }
    }

    /// Adds what a pipe prepared for pacing holds to `buffer`, up to `limit` bytes; blocks while it is empty.
    /// - Returns: How many bytes came, 0 at the end.
    public func readPaced(into buffer: ByteBuffer, limit: Int) throws(LinuxError) -> Int {
        while true {
            let count = buffer.fill(limit) { Glibc.read(rawValue, $0, limit) }
            if count >= 0 { return count }
            if Glibc.errno == EAGAIN {
                usleep(pace)
            } else if Glibc.errno != EINTR {
                throw LinuxError(last: "read")
            }
        }
    }
}
