import CLinux
import Glibc
public import SystemPackage

/// What is kept aside until it is wanted, and is too much for memory: a file without a name that grows at its end.
///
/// It is gone with its owner, or with the process.
public struct SpoolFile: ~Copyable, Sendable {
    private static let bufferSize = 64 << 10

    private let descriptor: Descriptor
    private let buffer = ByteBuffer(capacity: bufferSize)
    private var flushed: UInt64 = 0

    /// Makes an empty one in the filesystem of `directory`, readable for nobody else.
    public init(in directory: FilePath) throws(LinuxError) {
        descriptor = try Self.open(in: directory)
    }

    /// Makes the empty file `path`, which must not be there, readable for nobody else; this one stays when its owner has gone.
    public init(named path: FilePath) throws(LinuxError) {
        let flags: Descriptor.Flags = [.readWrite, .create, .exclusive, .noFollow]
        descriptor = try Descriptor.open(path, flags, permissions: .ownerReadWrite)
    }

    private static func open(in directory: FilePath) throws(LinuxError) -> Descriptor {
        let flags = Descriptor.Flags(rawValue: Int32(nx_o_tmpfile) | O_RDWR)
        do {
            return try Descriptor.open(directory, flags, permissions: .ownerReadWrite)
        } catch {
            // Some filesystems know no file without a name, and older kernels take the flag for that of a directory.
            guard [.notSupported, .isDirectory, .noSuchFileOrDirectory].contains(error.errno) else { throw error }
            let folder = try Descriptor.open(directory, [.readOnly, .directory])
            let name = FilePath(".spool.\(getpid()).\(UInt64.random(in: 0 ... .max)).partial")
            let file = try folder.open(
                name,
                [.readWrite, .create, .exclusive, .noFollow],
                permissions: .ownerReadWrite
            )
            try folder.removeFile(name)
            return file
        }
    }

    /// Number of bytes.
    public var count: UInt64 { flushed + UInt64(buffer.count) }

    /// Adds what `body` appends to a buffer.
    public mutating func append(_ body: (ByteBuffer) throws(LinuxError) -> Void) throws(LinuxError) {
        try body(buffer)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Reads `byteCount` bytes from `offset` to the end of what is in use in `target`.
    /// - Throws: `LinuxError`, with `EIO` when there are fewer.
    public mutating func read(at offset: UInt64, byteCount: Int, into target: ByteBuffer) throws(LinuxError) {
        if offset + UInt64(byteCount) > flushed { try flush() }
        let count = try target.read(from: descriptor.file, at: offset, byteCount: byteCount)
        guard count == byteCount else { throw LinuxError(.ioError, "read what was kept aside") }
    }

    /// Makes the bytes from `offset` these; what lies between the present end and there becomes zeros.
    ///
    /// For a file that is used in this way only, and not by ``append(_:)``.
    public mutating func write(_ bytes: [UInt8], at offset: UInt64) throws(LinuxError) {
        var position = Int(clamping: offset)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { pwrite(descriptor.file.rawValue, $0.baseAddress, $0.count, position) }
            if written > 0 {
                rest = rest.dropFirst(written)
                position += written
            } else if written == 0 || Glibc.errno != EINTR {
                throw LinuxError(written == 0 ? .ioError : .lastCall, "write what is kept aside")
            }
        }
        flushed = max(flushed, UInt64(position))
    }

    /// Writes what is still in memory.
    public mutating func flush() throws(LinuxError) {
        var rest = buffer.bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = pwrite(descriptor.file.rawValue, start, rest.count, Int(clamping: flushed))
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                flushed += UInt64(written)
            } else if written == 0 || Glibc.errno != EINTR {
                throw LinuxError(written == 0 ? .ioError : .lastCall, "write what is kept aside")
            }
        }
        buffer.clear()
    }
}
