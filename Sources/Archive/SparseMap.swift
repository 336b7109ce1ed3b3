import Linux

/// Where the data of a sparse file is, as GNU tar says it; see "Storing Sparse Files" in its manual.
enum SparseMap {
    /// The most runs of data that are taken: libarchive and this product's exports write far fewer.
    private static let maximumCount = 1 << 20

    /// How a member's map is stored.
    enum Form {
        /// The member is not sparse.
        case none
        /// In the extended header: version 0.1.
        case inHeader([UInt8])
        /// Before the content: version 1.0.
        case inContent
    }

    static func form(_ records: [PaxRecord]) throws(ArchiveError) -> Form {
        func value(_ key: String) -> [UInt8]? { records.last { $0.key == Array(key.utf8) }?.value }
        if let map = value("GNU.sparse.map") { return .inHeader(map) }
        guard let major = value("GNU.sparse.major") else {
            let isSparse = value("GNU.sparse.size") != nil || value("GNU.sparse.numblocks") != nil
            guard !isSparse else { throw ArchiveError(header: "its map of holes is of a form that is not known") }
            return .none
        }
        guard major == Array("1".utf8), value("GNU.sparse.minor") == Array("0".utf8) else {
            throw ArchiveError(header: "its map of holes is of a version that is not known")
        }
        return .inContent
    }

    /// The map that stands before the content in `source`, a number a line, padded to whole blocks.
    /// - Returns: The map, and how many bytes it took, at most `limit`.
    static func read(
        from source: ArchiveSource,
        limit: UInt64
    ) throws(ArchiveError) -> (extents: [DataExtent], byteCount: UInt64) {
        let buffer = ByteBuffer()
        var position = 0
        var byteCount: UInt64 = 0
        func nextNumber() throws(ArchiveError) -> UInt64 {
            var number: UInt64 = 0
            var digitCount = 0
            while true {
                if position == buffer.count {
                    guard byteCount + UInt64(TarHeader.byteCount) <= limit else { throw invalid }
                    buffer.clear()
                    position = 0
                    try source.read(TarHeader.byteCount, into: buffer)
                    byteCount += UInt64(TarHeader.byteCount)
                }
                guard let byte = buffer.byte(at: position) else { throw invalid }
                position += 1
                if byte == UInt8(ascii: "\n"), digitCount > 0 { return number }
                guard (0x30...0x39).contains(byte), digitCount < 19 else { throw invalid }
                number = number * 10 + UInt64(byte - 0x30)
                digitCount += 1
            }
        }
        let count = try nextNumber()
        guard count <= UInt64(maximumCount) else { throw tooMany }
        var extents: [DataExtent] = []
        for _ in 0..<count {
            extents.append(DataExtent(offset: try nextNumber(), byteCount: try nextNumber()))
        }
        return (extents, byteCount)
    }

    /// The map in `text`, numbers with commas between.
    static func parse(_ text: [UInt8]) throws(ArchiveError) -> [DataExtent] {
        var numbers: [UInt64] = []
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let number = UInt64(String(decoding: part, as: UTF8.self)) else { throw invalid }
            guard numbers.count < 2 * maximumCount else { throw tooMany }
            numbers.append(number)
        }
        guard numbers.count.isMultiple(of: 2) else { throw invalid }
        return stride(from: 0, to: numbers.count, by: 2).map {
            DataExtent(offset: numbers[$0], byteCount: numbers[$0 + 1])
        }
    }

    /// The runs of `extents` that hold anything.
    /// - Throws: `ArchiveError` unless they are in order, inside a file of `size` bytes, and `stored` bytes in all.
    static func validated(
        _ extents: [DataExtent],
        size: UInt64,
        stored: UInt64
    ) throws(ArchiveError) -> [DataExtent] {
        var end: UInt64 = 0
        var sum: UInt64 = 0
        for extent in extents {
            let (next, overflows) = extent.offset.addingReportingOverflow(extent.byteCount)
            guard extent.offset >= end, !overflows, next <= size else { throw invalid }
            end = next
            sum += extent.byteCount
        }
        guard sum == stored else { throw invalid }
        return extents.filter { $0.byteCount > 0 }
    }

    private static let invalid = ArchiveError(header: "its map of holes is wrong")
    private static let tooMany = ArchiveError(header: "its map of holes is too long")
}
