import CLinux
import Glibc
public import SystemPackage

/// Reads lines from a pipe that may hold passwords: what it has buffered is kept out of the swap and wiped.
public final class LineReader {
    private static let chunkSize = 64 << 10
    private let file: FileDescriptor
    private var buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    /// Creates a reader of `file`, which stays the caller's.
    public init(_ file: FileDescriptor) {
        self.file = file
        buffer = Self.allocate(Self.chunkSize)
    }

    deinit {
        Self.deallocate(buffer)
    }

    /// The bytes up to the next newline, which is not among them; nil when the input ends before. Blocks until it has come.
    /// - Throws: `LinuxError` with `EMSGSIZE` when the line is longer than `limit` bytes.
    public func line(limit: Int) throws(LinuxError) -> [UInt8]? {
        try withLine(limit: limit) { Array($0) }
    }

    /// The same as a secret.
    /// - Throws: `LinuxError` with `EMSGSIZE` when the line is longer than `limit` bytes.
    public func secretLine(limit: Int) throws(LinuxError) -> Secret? {
        try withLine(limit: limit) { Secret(copying: $0) }
    }

    private func withLine<Result>(limit: Int, _ body: (UnsafeRawBufferPointer) -> Result) throws(LinuxError) -> Result?
    {
        var searched = 0
        while true {
            let known = buffer[..<count]
            if let end = known[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                guard end <= limit else { throw LinuxError(Errno(rawValue: EMSGSIZE), "read a line") }
                let result = body(UnsafeRawBufferPointer(rebasing: known[..<end]))
                removeFirst(end + 1)
                return result
            }
            searched = count
            guard count <= limit else { throw LinuxError(Errno(rawValue: EMSGSIZE), "read a line") }
            guard try readMore() else { return nil }
        }
    }

    private func readMore() throws(LinuxError) -> Bool {
        if count == buffer.count { grow() }
        while true {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let result = Glibc.read(file.rawValue, room.baseAddress, room.count)
            if result >= 0 {
                count += result
                return result > 0
            }
            guard Glibc.errno == EINTR else { throw LinuxError(last: "read") }
        }
    }

    private func removeFirst(_ number: Int) {
        guard let start = buffer.baseAddress else { return }
        memmove(start, start + number, count - number)
        wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[(count - number)..<count]))
        count -= number
    }

    private func grow() {
        let larger = Self.allocate(2 * buffer.count)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        Self.deallocate(buffer)
        buffer = larger
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawBufferPointer {
        let result = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
        mlock(result.baseAddress, result.count)
        return result
    }

    private static func deallocate(_ buffer: UnsafeMutableRawBufferPointer) {
        wipe(buffer)
        munlock(buffer.baseAddress, buffer.count)
        buffer.deallocate()
    }
}
