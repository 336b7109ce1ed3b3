import CLinux
import Glibc
public import SystemPackage

/// A descriptor that a long stream is written to: past the page cache where the file allows, patiently where it is a pipe.
///
/// Nothing is synced; that is up to who opened the file.
public struct OutputFile: ~Copyable, Sendable {
    private static let alignment = 4096
    private static let writebackWindow: Int64 = 8 << 20

    private let file: FileDescriptor
    /// Whether it is a regular file, and not a pipe, a socket or a device.
    public let isRegular: Bool
    private var isDirect = false
    private var start: Int64 = 0
    private var written: Int64 = 0
    private var startedWriteback: Int64 = 0

    /// Looks at `file`, which stays the caller's, and prepares to write from its present position.
    public init(_ file: FileDescriptor) {
        self.file = file
        isRegular = Self.isRegular(file)
        guard isRegular else { return }
        start = nx_seek(file.rawValue, 0, Int32(SEEK_CUR))
        if start >= 0, start % Int64(Self.alignment) == 0 { isDirect = setDirect(true) }
    }

    /// Whether `file` is a regular file, and not a pipe, a socket or a device.
    public static func isRegular(_ file: FileDescriptor) -> Bool {
        var status = stat()
        return fstat(file.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes these bytes of `buffer`; blocks for as long as it takes.
    ///
    /// Every range but the last of a file must start and end at a multiple of 4,096 bytes for the page cache to be passed by.
    public mutating func write(_ buffer: ByteBuffer, _ range: Range<Int>) throws(LinuxError) {
        var rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[range.clamped(to: 0..<buffer.count)])
        while let address = rest.baseAddress, !rest.isEmpty {
            let aligned = rest.count / Self.alignment * Self.alignment
            if isDirect, aligned == 0 || UInt(bitPattern: address) % UInt(Self.alignment) != 0 { leaveDirect() }
            let count = Glibc.write(file.rawValue, address, isDirect ? aligned : rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                written += Int64(count)
                if isDirect, count % Self.alignment != 0 { leaveDirect() }
            } else {
                try recover(count == 0 ? EIO : Glibc.errno)
            }
        }
        if isRegular, !isDirect { try writeBackEarly() }
    }

    private mutating func recover(_ error: Int32) throws(LinuxError) {
        switch error {
        case EINTR:
            return
        case EAGAIN:
            var waiting = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, 1000)
        case EINVAL where isDirect:
            // The filesystem takes the flag but not the writes.
            leaveDirect()
        default:
            throw LinuxError(Errno(rawValue: error), "write")
        }
    }

    private mutating func leaveDirect() {
        isDirect = false
        _ = setDirect(false)
    }

    private func setDirect(_ on: Bool) -> Bool {
        let flags = nx_fcntl_int(file.rawValue, F_GETFL, 0)
        guard flags >= 0 else { return false }
        let direct = Int32(nx_o_direct)
        return nx_fcntl_int(file.rawValue, F_SETFL, on ? flags | direct : flags & ~direct) == 0
    }

    /// Starts writing back what is new, and drops from the page cache what has been written back before.
    ///
    /// The kernel tells of data it could not write back only once for each open file: what is not heard here, no later fsync
    /// tells either.
    private mutating func writeBackEarly() throws(LinuxError) {
        guard written - startedWriteback >= Self.writebackWindow else { return }
        try check(nx_start_writeback(file.rawValue, start + startedWriteback, written - startedWriteback))
        if startedWriteback > 0 {
            try check(nx_finish_writeback(file.rawValue, start, startedWriteback))
            _ = nx_fadvise(file.rawValue, start, startedWriteback, Int32(nx_fadvise_dont_need))
        }
        startedWriteback = written
    }

    /// A filesystem that can't be told when to write back is as good; one that has lost data is not.
    private func check(_ result: Int32) throws(LinuxError) {
        guard result != 0, [EIO, ENOSPC, EDQUOT].contains(Glibc.errno) else { return }
        throw LinuxError(last: "write back")
    }
}
