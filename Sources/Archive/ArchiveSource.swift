import CArchive
import Linux
import SystemPackage

/// The bytes of an archive as they come from a pipe, decompressed by libarchive where they are compressed.
final class ArchiveSource {
    private let archive: OpaquePointer
    private let pipe: ArchivePipe
    /// What has come and was not taken yet; libarchive's memory.
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    private var hasEnded = false

    /// Starts reading from `pipe`, prepared for pacing.
    init(_ pipe: FileDescriptor, _ compressions: PaxReader.Compressions) throws(ArchiveError) {
        guard let archive = archive_read_new() else { throw ArchiveError(nil, "open the archive") }
        self.archive = archive
        self.pipe = ArchivePipe(pipe)
        try check(archive_read_support_filter_zstd(archive), "choose the filter")
        if compressions == .common {
            try check(archive_read_support_filter_gzip(archive), "choose the filter")
            try check(archive_read_support_filter_bzip2(archive), "choose the filter")
            try check(archive_read_support_filter_xz(archive), "choose the filter")
        }
        try check(archive_read_support_format_raw(archive), "choose the format")
        let context = Unmanaged.passUnretained(self.pipe).toOpaque()
        let result = archive_read_open(archive, context, nil, readFromPipe, nil)
        // libarchive knows no format of nothing.
        hasEnded = self.pipe.isEmpty && self.pipe.error == nil
        guard !hasEnded else { return }
        try check(result, "open the archive")
        var entry: OpaquePointer?
        try check(archive_read_next_header(archive, &entry), "open the archive")
    }

    deinit {
        archive_read_free(archive)
    }

    /// Adds the next `byteCount` bytes to `buffer`.
    /// - Throws: `ArchiveError` when there are fewer.
    func read(_ byteCount: Int, into buffer: ByteBuffer) throws(ArchiveError) {
        var missing = byteCount
        while missing > 0 {
            let count = try readSome(missing, into: buffer)
            guard count > 0 else { throw ArchiveError.cutShort }
            missing -= count
        }
    }

    /// Adds what there is of the next `limit` bytes to `buffer`.
    /// - Returns: How many came; 0 at the end.
    func readSome(_ limit: Int, into buffer: ByteBuffer) throws(ArchiveError) -> Int {
        guard try fill() else { return 0 }
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(limit))
        do throws(LinuxError) {
            try buffer.append(part)
        } catch {
            throw ArchiveError(error)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        return part.count
    }

    /// Passes over `byteCount` bytes.
    /// - Throws: `ArchiveError` when there are fewer.
    func skip(_ byteCount: UInt64) throws(ArchiveError) {
        var missing = byteCount
        while missing > 0 {
            guard try fill() else { throw ArchiveError.cutShort }
            let count = Int(min(missing, UInt64(rest.count)))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            missing -= UInt64(count)
        }
    }

    /// Passes over all that comes, and tells whether it was nothing but zeros.
    func skipZeros() throws(ArchiveError) -> Bool {
        while try fill() {
            guard rest.allSatisfy({ $0 == 0 }) else { return false }
            rest = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return true
    }

    /// Whether there is anything more; makes ``rest`` what comes next.
    private func fill() throws(ArchiveError) -> Bool {
        while rest.isEmpty, !hasEnded {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            let result = archive_read_data_block(archive, &start, &count, &offset)
            hasEnded = result == ARCHIVE_EOF
            if !hasEnded { try check(result, "read the archive") }
            if count > 0, !hasEnded { rest = UnsafeRawBufferPointer(start: start, count: count) }
        }
        return !rest.isEmpty
    }

    private func check(_ result: Int32, _ operation: String) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw ArchiveError(archive, operation) }
    }
}

extension ArchiveError {
    /// The archive ends before it should.
    static let cutShort = ArchiveError(operation: "read the archive", message: "it ends too early")
}

/// Where libarchive's bytes come from.
private final class ArchivePipe {
    private static let chunkSize = 256 << 10

    private let file: FileDescriptor
    private let buffer = ByteBuffer(capacity: chunkSize)
    /// Whether nothing at all came.
    private(set) var isEmpty = true
    /// Why reading failed, if it did.
    private(set) var error: LinuxError?

    init(_ file: FileDescriptor) {
        self.file = file
    }

    func read() throws(LinuxError) -> UnsafeRawBufferPointer {
        buffer.clear()
        do throws(LinuxError) {
            if try file.readPaced(into: buffer, limit: Self.chunkSize) > 0 { isEmpty = false }
        } catch {
            self.error = error
            throw error
        }
        return buffer.bytes
    }
}

/// Called by libarchive for more; the context is an `ArchivePipe`.
private func readFromPipe(
    _ archive: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ start: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
    guard let context, let start else { return -1 }
    do throws(LinuxError) {
        let bytes = try Unmanaged<ArchivePipe>.fromOpaque(context).takeUnretainedValue().read()
        start.pointee = bytes.baseAddress
        return bytes.count
    } catch {
        nx_archive_set_error(archive, error.errno.rawValue, "\(error)")
        return -1
    }
}
