import Digest
import ExportWorker
import Linux
import SystemPackage

/// What was in an archive, in order, as far as its manifest has lines about it; kept aside, not in memory.
struct EntryList: ~Copyable {
    /// What is kept of one entry.
    enum Record {
        /// A regular file.
        case file(path: [UInt8], ContentDigest)
        /// Another name of an earlier entry.
        case hardLink(path: [UInt8], target: [UInt8])
        /// What may have several names, too, and has no line.
        case other(path: [UInt8])
        /// The flags of the entry before.
        case flags(path: [UInt8], FileAttributes.Flags)
    }

    /// Where a reader of the list is.
    struct Cursor {
        fileprivate let window = ByteBuffer()
        fileprivate var windowStart: UInt64 = 0
        fileprivate var position: UInt64 = 0
    }

    private static let windowSize: UInt64 = 64 << 10
    private static let digestLength = 32

    private var spool: SpoolFile
    /// Names that are hard links.
    private(set) var linkCount: UInt64 = 0

    /// Makes an empty one, with a file without a name in `directory`.
    init(in directory: FilePath) throws(LinuxError) {
        spool = try SpoolFile(in: directory)
    }

    /// Adds a record at the end.
    mutating func append(_ record: Record) throws(LinuxError) {
        switch record {
        case .file(let path, let digest):
            try append(digest.isOfDataOnly ? "d" : "f", digest.value.array + path)
        case .hardLink(let path, let target):
            linkCount += 1
            try append("l", Self.bytes(UInt32(clamping: target.count)) + target + path)
        case .other(let path):
            try append("o", path)
        case .flags(let path, let flags):
            try append("a", [UInt8(truncatingIfNeeded: flags.rawValue)] + path)
        }
    }

    private mutating func append(_ kind: Unicode.Scalar, _ body: [UInt8]) throws(LinuxError) {
        try spool.append { buffer throws(LinuxError) in
            try buffer.append(Self.bytes(UInt32(clamping: body.count)) + [UInt8(ascii: kind)])
            try buffer.append(body)
        }
    }

    /// The record at `cursor`, which moves on to the next; nil at the end.
    mutating func next(_ cursor: inout Cursor) throws(LinuxError) -> Record? {
        guard cursor.position < spool.count else { return nil }
        let head = try take(5, &cursor)
        let body = try take(Int(Self.number(head[0..<4])), &cursor)
        switch head[4] {
        case UInt8(ascii: "f"), UInt8(ascii: "d"):
            guard body.count >= Self.digestLength, let value = SHA256.Value(bytes: Array(body[..<Self.digestLength]))
            else { break }
            let digest = ContentDigest(value: value, isOfDataOnly: head[4] == UInt8(ascii: "d"))
            return .file(path: Array(body[Self.digestLength...]), digest)
        case UInt8(ascii: "l"):
            guard body.count >= 4, body.count - 4 >= Self.number(body[0..<4]) else { break }
            let end = 4 + Int(Self.number(body[0..<4]))
            return .hardLink(path: Array(body[end...]), target: Array(body[4..<end]))
        case UInt8(ascii: "o"):
            return .other(path: body)
        case UInt8(ascii: "a"):
            guard let bits = body.first else { break }
            return .flags(path: Array(body.dropFirst()), FileAttributes.Flags(rawValue: UInt64(bits)))
        default:
            break
        }
        throw LinuxError(.ioError, "read what was kept aside")
    }

    private mutating func take(_ count: Int, _ cursor: inout Cursor) throws(LinuxError) -> [UInt8] {
        if cursor.position + UInt64(count) > cursor.windowStart + UInt64(cursor.window.count) {
            let size = min(max(Self.windowSize, UInt64(count)), spool.count - cursor.position)
            guard size >= UInt64(count) else { throw LinuxError(.ioError, "read what was kept aside") }
            cursor.window.clear(keeping: Int(Self.windowSize))
            cursor.windowStart = cursor.position
            try spool.read(at: cursor.position, byteCount: Int(size), into: cursor.window)
        }
        let start = Int(cursor.position - cursor.windowStart)
        cursor.position += UInt64(count)
        return unsafe Array(cursor.window.bytes[start..<start + count])
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
