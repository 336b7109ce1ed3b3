import CLinux
import Glibc
public import SystemPackage

/// Bytes in memory that is reused; aligned to pages from 64 KiB up, so that it serves O_DIRECT too.
///
/// Its storage is written by one thread at a time: who passes it on lets go of it.
public final class ByteBuffer: @unchecked Sendable {  // one owner at a time, handed on through a `Monitor`
    /// Number of bytes in use.
    public private(set) var count = 0
    private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Creates an empty buffer without storage.
    public init() {}

    /// Creates an empty buffer with room for `capacity` bytes.
    public init(capacity: Int) {
        reserve(capacity)
    }

    deinit {
        free(storage.baseAddress)
    }

    /// Number of bytes there is room for.
    public var capacity: Int { storage.count }

    /// The bytes in use; valid until the buffer is next changed.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(storage)[..<count])
    }

    /// A copy of the bytes in use.
    public var array: [UInt8] { Array(bytes) }

    /// The byte at `index`; nil beyond those in use.
    public func byte(at index: Int) -> UInt8? {
        bytes.indices.contains(index) ? bytes[index] : nil
    }

    /// Makes room for `capacity` bytes in all, keeping those in use.
    public func reserve(_ capacity: Int) {
        guard capacity > storage.count else { return }
        let wanted = max(capacity, 2 * count)
        let alignment = wanted < 64 << 10 ? 64 : 4096
        let size = (wanted + alignment - 1) / alignment * alignment
        guard let start = aligned_alloc(alignment, size) else { return }
        if count > 0, let old = storage.baseAddress { memcpy(start, old, count) }
        free(storage.baseAddress)
        storage = UnsafeMutableRawBufferPointer(start: start, count: size)
    }

    /// Takes all bytes out of use, and gives the storage back when it is more than `keeping` bytes.
    public func clear(keeping: Int = .max) {
        count = 0
        guard storage.count > keeping else { return }
        free(storage.baseAddress)
        storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// Adds `bytes` at the end.
    /// - Throws: `LinuxError` with `ENOMEM`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(LinuxError) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        guard let start = room(for: bytes.count) else { throw LinuxError(.noMemory, "allocate") }
        memcpy(start, source, bytes.count)
        count += bytes.count
    }

    /// Adds `bytes` at the end.
    /// - Throws: `LinuxError` with `ENOMEM`.
    public func append(_ bytes: [UInt8]) throws(LinuxError) {
        try bytes.span.withUnsafeBytes { bytes throws(LinuxError) in try append(bytes) }
    }

    /// Takes the first `count` bytes out, moving the others to the start.
    public func removeFirst(_ count: Int) {
        let removed = min(count, self.count)
        guard removed > 0, let start = storage.baseAddress else { return }
        self.count -= removed
        memmove(start, start + removed, self.count)
    }

    /// Makes room for `byteCount` more bytes and calls `body` to fill them, which returns how many it filled, or -1.
    @discardableResult
    func fill(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Int) -> Int {
        guard let start = room(for: byteCount) else {
            Glibc.errno = ENOMEM
            return -1
        }
        let filled = body(start)
        if filled > 0 { count += min(filled, byteCount) }
        return filled
    }

    private func room(for byteCount: Int) -> UnsafeMutableRawPointer? {
        reserve(count + byteCount)
        guard storage.count - count >= byteCount else { return nil }
        return storage.baseAddress.map { $0 + count }
    }
}

extension ByteBuffer {
    /// Reads once, at most `limit` bytes, to the end of what is in use; see read(2).
    /// - Returns: How many bytes came, 0 at the end of the file.
    public func read(from file: FileDescriptor, limit: Int) throws(LinuxError) -> Int {
        while true {
            let result = fill(limit) { Glibc.read(file.rawValue, $0, limit) }
            if result >= 0 { return result }
            guard Glibc.errno == EINTR else { throw LinuxError(last: "read") }
        }
    }

    /// Reads `byteCount` bytes from `offset` to the end of what is in use; see pread(2).
    /// - Returns: How many bytes came: fewer at the end of the file only.
    public func read(from file: FileDescriptor, at offset: UInt64, byteCount: Int) throws(LinuxError) -> Int {
        var done = 0
        while done < byteCount {
            let position = Int(clamping: offset) &+ done
            let result = fill(byteCount - done) { pread(file.rawValue, $0, byteCount - done, position) }
            if result == 0 { break }
            if result > 0 {
                done += result
            } else if Glibc.errno != EINTR {
                throw LinuxError(last: "read")
            }
        }
        return done
    }
}
