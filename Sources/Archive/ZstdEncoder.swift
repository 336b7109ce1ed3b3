import CArchive
import Linux
import SystemPackage

/// A zstd frame, by libarchive's filter, around bytes of any kind.
final class ZstdEncoder {
    private let archive: OpaquePointer
    private let sink: ArchiveSink

    /// Starts a frame that is written to `pipe`, prepared for pacing.
    init(to pipe: FileDescriptor) throws(ArchiveError) {
        guard let archive = archive_write_new() else { throw ArchiveError(nil, "start the compression") }
        self.archive = archive
        sink = ArchiveSink(.pipe(pipe))
        try check(archive_write_set_format_raw(archive), "choose the raw format")
        try check(archive_write_add_filter_zstd(archive), "choose zstd")
        try check(archive_write_set_bytes_per_block(archive, 0), "set the block size")
        let context = Unmanaged.passUnretained(sink).toOpaque()
        try check(archive_write_open2(archive, context, nil, writeToSink, nil, nil), "start the compression")
        guard let entry = archive_entry_new() else { throw ArchiveError(nil, "start the compression") }
        defer { archive_entry_free(entry) }
        archive_entry_set_filetype(entry, UInt32(nx_ae_ifreg))
        try check(archive_write_header(archive, entry), "start the compression")
    }

    deinit {
        sink.isAbandoned = true
        archive_write_free(archive)
    }

    /// Compresses `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard !bytes.isEmpty else { return }
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else {
            throw ArchiveError(archive, "compress")
        }
    }

    /// Completes the frame.
    func close() throws(ArchiveError) {
        try check(archive_write_close(archive), "complete the compression")
        try sink.flush()
    }

    private func check(_ result: Int32, _ operation: String) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw ArchiveError(archive, operation) }
    }
}
