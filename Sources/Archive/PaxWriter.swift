import CArchive
import Glibc
public import Linux
public import SystemPackage

/// Writes a POSIX (pax) tar archive, by libarchive, to a pipe prepared for pacing.
///
/// What libarchive merely warns of is an error, with one exception: names that are not UTF-8, which it stores as they are.
public struct PaxWriter: ~Copyable {
    private let archive: OpaquePointer
    private let sink: Unmanaged<Sink>
    private let hole: ReservedRegion

    /// Starts an archive.
    /// - Parameter zstdThreads: Threads to compress with; nil for no compression.
    public static func open(to pipe: FileDescriptor, zstdThreads: Int?) throws(ArchiveError) -> PaxWriter {
        let hole: ReservedRegion
        do {
            hole = try ReservedRegion.reserve()
        } catch {
            throw ArchiveError(operation: "start the archive", message: "\(error)")
        }
        guard let archive = archive_write_new() else { throw ArchiveError(nil, "start the archive") }
        let writer = PaxWriter(archive: archive, sink: .passRetained(Sink(pipe)), hole: hole)
        try writer.configure(zstdThreads: zstdThreads)
        let result = archive_write_open2(archive, writer.sink.toOpaque(), nil, writeToSink, nil, nil)
        try writer.check(result, "start the archive")
        return writer
    }

    private init(archive: OpaquePointer, sink: Unmanaged<Sink>, hole: consuming ReservedRegion) {
        self.archive = archive
        self.sink = sink
        self.hole = hole
    }

    deinit {
        // Without `close` the archive is not completed: what is buffered must not look like its end.
        sink.takeUnretainedValue().isAbandoned = true
        archive_write_free(archive)
        sink.release()
    }

    private func configure(zstdThreads: Int?) throws(ArchiveError) {
        try check(archive_write_set_format_pax(archive), "choose the pax format")
        try check(archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY"), "set the header of xattrs")
        if let zstdThreads {
            try check(archive_write_add_filter_zstd(archive), "choose zstd")
            let result = archive_write_set_filter_option(archive, "zstd", "threads", "\(zstdThreads)")
            try check(result, "set the number of threads")
        }
        try check(archive_write_set_bytes_per_block(archive, 64 << 10), "set the block size")
        try check(archive_write_set_bytes_in_last_block(archive, 1), "set the last block's size")
    }

    /// Starts the next member; its content follows, as many bytes as its size says.
    /// - Parameter namesAreUTF8: Whether the member's name and link target are.
    public func begin(_ entry: borrowing ArchiveEntry, namesAreUTF8: Bool) throws(ArchiveError) {
        let result = archive_write_header(archive, entry.pointer)
        if result == ARCHIVE_WARN, !namesAreUTF8 { return }
        try check(result, "write the header")
    }

    /// Writes content.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            guard count > 0 else { throw ArchiveError(archive, "write content") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes content.
    public func write(_ buffer: ByteBuffer) throws(ArchiveError) {
        try write(buffer.bytes)
    }

    /// Passes over `byteCount` bytes that the member's map of data calls a hole.
    public func skip(_ byteCount: UInt64) throws(ArchiveError) {
        var rest = byteCount
        while rest > 0 {
            // The pax writer counts the bytes of holes but does not look at them.
            let part = Int(min(rest, UInt64(hole.bytes.count)))
            let count = archive_write_data(archive, hole.bytes.baseAddress, part)
            guard count > 0 else { throw ArchiveError(archive, "pass over a hole") }
            rest -= UInt64(count)
        }
    }

    /// Ends the member.
    public func end() throws(ArchiveError) {
        try check(archive_write_finish_entry(archive), "end the member")
    }

    /// Completes the archive.
    public consuming func close() throws(ArchiveError) {
        try check(archive_write_close(archive), "complete the archive")
    }

    private func check(_ result: Int32, _ operation: String) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw ArchiveError(archive, operation) }
    }
}

/// Where the archive's bytes go.
private final class Sink {
    let pipe: FileDescriptor
    var isAbandoned = false

    init(_ pipe: FileDescriptor) {
        self.pipe = pipe
    }
}

private func writeToSink(
    _ archive: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ bytes: UnsafeRawPointer?,
    _ count: Int
) -> Int {
    guard let context else { return -1 }
    let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
    guard !sink.isAbandoned else { return -1 }
    do throws(LinuxError) {
        try sink.pipe.writePaced(UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    } catch {
        nx_archive_set_error(archive, error.errno.rawValue, "\(error)")
        return -1
    }
}
