import Glibc
public import SystemPackage

extension Secret {
    /// Reads `file` to its end, of which a single newline is not part of the secret; blocks.
    ///
    /// Of a longer file, `limit` bytes are kept.
    /// - Throws: `LinuxError` with what read(2) reported.
    public static func readAll(of file: FileDescriptor, limit: Int) throws(LinuxError) -> Secret {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
        mlock(buffer.baseAddress, buffer.count)
        defer {
            if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
            munlock(buffer.baseAddress, buffer.count)
            buffer.deallocate()
        }
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let read = Glibc.read(file.rawValue, rest.baseAddress, rest.count)
            if read == 0 { break }
            if read > 0 {
                count += read
            } else if Glibc.errno != EINTR {
                throw LinuxError(last: "read")
            }
        }
        let hasNewline = count > 0 && buffer[count - 1] == UInt8(ascii: "\n")
        let length = hasNewline ? count - 1 : min(count, limit)
        return Secret(copying: UnsafeRawBufferPointer(rebasing: buffer[..<length]))
    }
}
