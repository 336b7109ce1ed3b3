import CArchive
import Linux
import SystemPackage

/// Where libarchive's bytes go: collected for a moment, or on in pieces of 64 KiB.
final class ArchiveSink {
    /// What is at the end.
    enum Target {
        /// A pipe prepared for pacing.
        case pipe(FileDescriptor)
        /// A compressor on the way there.
        case compressor(ZstdStream)
    }

    private static let pieceSize = 64 << 10

    private let target: Target
    private let buffer = ByteBuffer(capacity: pieceSize)
    private let collected = ByteBuffer()
    private var isCollecting = false
    /// Whether what still comes is not to be written, as the archive will not be complete.
    var isAbandoned = false

    init(_ target: Target) {
        self.target = target
    }

    /// What `body` makes libarchive write, instead of writing it.
    func collect<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> [UInt8] {
        collected.clear()
        isCollecting = true
        defer { isCollecting = false }
        try body()
        return collected.array
    }

    /// Takes bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard !isCollecting else { return try keep(bytes, in: collected) }
        if buffer.count + bytes.count > Self.pieceSize { try flush() }
        if bytes.count < Self.pieceSize {
            try keep(bytes, in: buffer)
        } else {
            try pass(bytes)
        }
    }

    /// Passes on what it still holds.
    func flush() throws(ArchiveError) {
        try pass(buffer.bytes)
        buffer.clear()
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, in buffer: ByteBuffer) throws(ArchiveError) {
        do throws(LinuxError) {
            try buffer.append(bytes)
        } catch {
            throw ArchiveError(error)
        }
    }

    private func pass(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        switch target {
        case .compressor(let stream):
            try stream.write(bytes)
        case .pipe(let pipe):
            do throws(LinuxError) {
                try pipe.writePaced(bytes)
            } catch {
                throw ArchiveError(error)
            }
        }
    }
}

/// Called by libarchive with what it has made; the context is an `ArchiveSink`.
func writeToSink(
    _ archive: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ bytes: UnsafeRawPointer?,
    _ count: Int
) -> Int {
    guard let context else { return -1 }
    let sink = Unmanaged<ArchiveSink>.fromOpaque(context).takeUnretainedValue()
    guard !sink.isAbandoned else { return -1 }
    do throws(ArchiveError) {
        try sink.write(UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    } catch {
        nx_archive_set_error(archive, error.number, "\(error)")
        return -1
    }
}
