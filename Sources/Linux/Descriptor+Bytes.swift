import Glibc
import SystemPackage

extension Descriptor {
    /// Writes all of `bytes`, however many calls it takes; blocks.
    public func write(_ bytes: [UInt8]) throws(LinuxError) {
        try bytes.span.withUnsafeBytes { buffer throws(LinuxError) in try write(buffer) }
    }

    /// Writes all that `buffer` holds; blocks.
    public func write(contentsOf buffer: ByteBuffer) throws(LinuxError) {
        try write(buffer.bytes)
    }

    /// Writes all of `secret`; blocks.
    public func write(_ secret: Secret) throws(LinuxError) {
        try secret.withBytes { buffer throws(LinuxError) in try write(buffer) }
    }

    private func write(_ buffer: UnsafeRawBufferPointer) throws(LinuxError) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(file.rawValue, part.baseAddress, part.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if Glibc.errno != EINTR {
                throw LinuxError(last: "write")
            }
        }
    }

    /// Reads to the end of the file; blocks.
    /// - Throws: `LinuxError` with `EFBIG` when there are more than `limit` bytes.
    public func readAll(limit: Int) throws(LinuxError) -> [UInt8] {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file.rawValue, $0.baseAddress, $0.count) }
            if count == 0 { return result }
            guard count > 0 else {
                if Glibc.errno == EINTR { continue }
                throw LinuxError(last: "read")
            }
            result += chunk[..<count]
            guard result.count <= limit else { throw LinuxError(.fileTooLarge, "read at most \(limit) bytes") }
        }
    }
}
