import CArchive
import Glibc
public import Linux
public import SystemPackage

/// Writes a POSIX (pax) tar archive, by libarchive, to a pipe prepared for pacing.
///
/// What libarchive merely warns of is an error, with one exception: names that are not UTF-8, which it stores as they are.
public struct PaxWriter: ~Copyable {
    private let archive: OpaquePointer
    private let sink: ArchiveSink
    private let compressor: ZstdStream?
    private let hole: ReservedRegion

    /// Starts an archive.
    /// - Parameter isCompressed: Whether it is compressed, with zstd.
    public static func open(to pipe: FileDescriptor, isCompressed: Bool = false) throws(ArchiveError) -> PaxWriter {
        let hole: ReservedRegion
        do {
            hole = try ReservedRegion.reserve()
        } catch {
            throw ArchiveError(error)
        }
        let compressor = isCompressed ? try ZstdStream(to: pipe) : nil
        guard let archive = archive_write_new() else { throw ArchiveError(nil, "start the archive") }
        let sink = ArchiveSink(compressor.map { .compressor($0) } ?? .pipe(pipe))
        let writer = PaxWriter(archive: archive, sink: sink, compressor: compressor, hole: hole)
        try writer.configure()
        let context = Unmanaged.passUnretained(sink).toOpaque()
        try writer.check(archive_write_open2(archive, context, nil, writeToSink, nil, nil), "start the archive")
        return writer
    }

    private init(
        archive: OpaquePointer,
        sink: ArchiveSink,
        compressor: ZstdStream?,
        hole: consuming ReservedRegion
    ) {
        self.archive = archive
        self.sink = sink
        self.compressor = compressor
        self.hole = hole
    }

    deinit {
        // Without `close` the archive is not completed: what is buffered must not look like its end.
        sink.isAbandoned = true
        archive_write_free(archive)
    }

    private func configure() throws(ArchiveError) {
        try check(archive_write_set_format_pax(archive), "choose the pax format")
        try check(archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY"), "set the header of xattrs")
        // The sink gathers what is small, and must see where a header ends.
        try check(archive_write_set_bytes_per_block(archive, 0), "set the block size")
        try check(archive_write_set_bytes_in_last_block(archive, 1), "set the last block's size")
    }

    /// Starts the next member; its content follows, as many bytes as its size says.
    public func begin(_ entry: borrowing ArchiveEntry) throws(ArchiveError) {
        guard !entry.corrections.isEmpty else { return try writeHeader(entry) }
        let header = try sink.collect { () throws(ArchiveError) in try writeHeader(entry) }
        let mended = entry.corrections.apply(to: header)
        try mended.span.withUnsafeBytes { bytes throws(ArchiveError) in try sink.write(bytes) }
    }

    private func writeHeader(_ entry: borrowing ArchiveEntry) throws(ArchiveError) {
        let result = archive_write_header(archive, entry.pointer)
        if result == ARCHIVE_WARN, !entry.namesAreUTF8 { return }
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
        try sink.flush()
        try compressor?.close()
    }

    private func check(_ result: Int32, _ operation: String) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw ArchiveError(archive, operation) }
    }
}
