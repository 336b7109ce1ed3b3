public import Linux
public import SystemPackage

/// Reads a POSIX (pax) tar archive, compressed or not, from a pipe: the members one after another, and of each its content.
///
/// libarchive decompresses; the headers are read here, as libarchive converts names, and gets some times, ACLs and names of
/// attributes wrong. Beside what pax says it reads GNU tar's long names and sparse files. It is strict: what it does not
/// know, or what does not add up, is an error, as is anything but zeros after the archive's end. The memory it takes does not
/// grow with what is in an archive, however hostile: a header of more than ``maximumHeaderByteCount`` is refused, holes take
/// none, and content comes in pieces. Beside it libarchive's decompressors take as much as the archive's maker has chosen, up to
/// bounds of theirs: 128 MiB for zstd, 1 GiB for xz.
///
///     var reader = try PaxReader.open(from: pipe)
///     while let entry = try reader.next() {
///         while let offset = try reader.readBlock(into: buffer) { … }
///     }
public struct PaxReader: ~Copyable {
    /// The most bytes that the extended header of one member may have.
    public static let maximumHeaderByteCount = 32 << 20
    private static let blockSize = 256 << 10

    /// How an archive may be compressed.
    public enum Compressions: Sendable {
        /// With zstd, or not at all, as an export is.
        case ofExports
        /// With what tars are compressed with elsewhere, too: gzip, bzip2 and xz.
        case common
    }

    private let source: ArchiveSource
    private let block = ByteBuffer(capacity: TarHeader.byteCount)
    private var globals: [PaxRecord] = []
    /// Where what is left of the present member's content is, the last first.
    private var extentsLeft: [DataExtent] = []
    /// What fills the member's last block.
    private var paddingLeft: UInt64 = 0
    private var hasEnded = false

    /// Starts reading from `pipe`, prepared for pacing; blocks until the first bytes have come.
    public static func open(
        from pipe: FileDescriptor,
        _ compressions: Compressions = .ofExports
    ) throws(ArchiveError) -> PaxReader {
        PaxReader(source: try ArchiveSource(pipe, compressions))
    }

    private init(source: ArchiveSource) {
        self.source = source
    }

    /// Passes over what is left of the present member, and reads the next one's header.
    /// - Returns: Nil at the end, when all that comes from the pipe has been read.
    /// - Throws: `ArchiveError` for anything that is not as it should be, an archive without its end among it.
    public mutating func next() throws(ArchiveError) -> ArchivedEntry? {
        guard !hasEnded else { return nil }
        try skipContent()
        var extensions = Extensions()
        while let header = try readHeader() {
            switch header.type {
            case UInt8(ascii: "x"):
                guard extensions.records == nil else { throw ArchiveError(header: "it has two extended headers") }
                extensions.records = try readRecords(header.size)
            case UInt8(ascii: "g"):
                globals = try readRecords(header.size)
            case UInt8(ascii: "L"):
                extensions.path = try readText(header.size)
            case UInt8(ascii: "K"):
                extensions.linkTarget = try readText(header.size)
            default:
                return try makeEntry(header, extensions)
            }
        }
        guard extensions.isEmpty else { throw ArchiveError.cutShort }
        guard try source.skipZeros() else {
            throw ArchiveError(operation: "read the archive", message: "there is something after its end")
        }
        hasEnded = true
        return nil
    }

    /// Fills `buffer` with the next piece of the present member's content, at most 256 KiB of what is no hole.
    /// - Returns: Where in the file the piece belongs; nil when there is no more. What no piece covers is zeros.
    public mutating func readBlock(into buffer: ByteBuffer) throws(ArchiveError) -> UInt64? {
        buffer.clear()
        guard let extent = extentsLeft.popLast() else { return nil }
        let count = Int(min(extent.byteCount, UInt64(Self.blockSize)))
        try source.read(count, into: buffer)
        if extent.byteCount > UInt64(count) {
            let (offset, left) = (extent.offset + UInt64(count), extent.byteCount - UInt64(count))
            extentsLeft.append(DataExtent(offset: offset, byteCount: left))
        }
        return extent.offset
    }

    private mutating func skipContent() throws(ArchiveError) {
        while let extent = extentsLeft.popLast() { try source.skip(extent.byteCount) }
        try source.skip(paddingLeft)
        paddingLeft = 0
    }

    /// What stands before a member's own header.
    private struct Extensions {
        var records: [PaxRecord]?
        var path: [UInt8]?
        var linkTarget: [UInt8]?
        var isEmpty: Bool { records == nil && path == nil && linkTarget == nil }
    }

    /// The next header; nil at the two blocks of zeros that end an archive.
    private func readHeader() throws(ArchiveError) -> TarHeader? {
        try readBlockOfHeader()
        guard block.bytes.allSatisfy({ $0 == 0 }) else { return try TarHeader(block.array) }
        try readBlockOfHeader()
        guard block.bytes.allSatisfy({ $0 == 0 }) else { throw ArchiveError(header: "it is empty") }
        return nil
    }

    private func readBlockOfHeader() throws(ArchiveError) {
        block.clear()
        try source.read(TarHeader.byteCount, into: block)
    }

    private func readRecords(_ byteCount: UInt64) throws(ArchiveError) -> [PaxRecord] {
        guard let records = PaxRecord.parse(try readBody(byteCount)[...]) else {
            throw ArchiveError(header: "its extended header is not one")
        }
        return records
    }

    private func readText(_ byteCount: UInt64) throws(ArchiveError) -> [UInt8] {
        Array(try readBody(byteCount).prefix { $0 != 0 })
    }

    private func readBody(_ byteCount: UInt64) throws(ArchiveError) -> [UInt8] {
        guard byteCount <= UInt64(Self.maximumHeaderByteCount) else {
            throw ArchiveError(
                header: "it has \(byteCount) bytes, where \(Self.maximumHeaderByteCount) are the most that is read"
            )
        }
        let body = ByteBuffer()
        try source.read(Int(byteCount), into: body)
        try source.skip(Self.padding(byteCount))
        return body.array
    }

    private static func padding(_ byteCount: UInt64) -> UInt64 {
        let part = byteCount % UInt64(TarHeader.byteCount)
        return part == 0 ? 0 : UInt64(TarHeader.byteCount) - part
    }

    private mutating func makeEntry(_ header: TarHeader, _ extensions: Extensions) throws(ArchiveError) -> ArchivedEntry
    {
        var entry = try ArchivedEntry(header)
        let records = globals + (extensions.records ?? [])
        if let path = extensions.path { entry.path = path }
        if let target = extensions.linkTarget { entry.linkTarget = target }
        try entry.apply(records)
        try entry.settle()
        let stored = try Self.number(["size"], in: records) ?? header.size
        guard entry.kind == .regular else {
            guard stored == 0 else { throw ArchiveError(header: "it is no regular file, and has content") }
            return entry
        }
        paddingLeft = Self.padding(stored)
        try findContent(&entry, stored, records)
        return entry
    }

    /// Finds out where the content belongs, of which `stored` bytes follow.
    private mutating func findContent(_ entry: inout ArchivedEntry, _ stored: UInt64, _ records: [PaxRecord])
        throws(ArchiveError)
    {
        let map: [DataExtent]
        var mapByteCount: UInt64 = 0
        switch try SparseMap.form(records) {
        case .none:
            entry.size = stored
            extentsLeft = stored > 0 ? [DataExtent(offset: 0, byteCount: stored)] : []
            return
        case .inHeader(let text): map = try SparseMap.parse(text)
        case .inContent: (map, mapByteCount) = try SparseMap.read(from: source, limit: stored)
        }
        guard let size = try Self.number(["GNU.sparse.realsize", "GNU.sparse.size"], in: records) else {
            throw ArchiveError(header: "its size is missing")
        }
        entry.size = size
        let extents = try SparseMap.validated(map, size: size, stored: stored - mapByteCount)
        entry.dataExtents = extents
        extentsLeft = extents.reversed()
    }

    private static func number(_ keys: [String], in records: [PaxRecord]) throws(ArchiveError) -> UInt64? {
        let names = keys.map { Array($0.utf8) }
        guard let record = records.last(where: { names.contains($0.key) }) else { return nil }
        guard let number = UInt64(String(decoding: record.value, as: UTF8.self)), number <= UInt64(Int64.max) else {
            throw ArchiveError(header: "its \(printable(record.key)) is not a number that can be used")
        }
        return number
    }
}

extension ArchivedEntry {
    /// What the member's own header says.
    fileprivate init(_ header: TarHeader) throws(ArchiveError) {
        kind = try Self.kind(header.type)
        path = header.path
        linkTarget = header.linkTarget
        permissions = UInt32(truncatingIfNeeded: header.permissions & 0o7777)
        modificationSeconds = header.modificationTime
        guard let user = UInt32(exactly: header.userID), let group = UInt32(exactly: header.groupID),
            let major = UInt32(exactly: header.deviceMajor), let minor = UInt32(exactly: header.deviceMinor)
        else { throw ArchiveError(header: "an owner's or a device's number is too large") }
        (userID, groupID, deviceMajor, deviceMinor) = (user, group, major, minor)
    }

    private static func kind(_ type: UInt8) throws(ArchiveError) -> Kind {
        switch type {
        case UInt8(ascii: "0"), 0, UInt8(ascii: "7"): .regular
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symbolicLink
        case UInt8(ascii: "3"): .characterDevice
        case UInt8(ascii: "4"): .blockDevice
        case UInt8(ascii: "5"): .directory
        case UInt8(ascii: "6"): .fifo
        default: throw ArchiveError(header: "it is of the type \(printable([type])), which is not known")
        }
    }

    /// Brings what was said in several places into one form.
    fileprivate mutating func settle() throws(ArchiveError) {
        if kind == .directory, path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        guard !path.isEmpty else { throw ArchiveError(header: "it has no name") }
        if kind != .hardLink, kind != .symbolicLink { linkTarget = [] }
    }
}
