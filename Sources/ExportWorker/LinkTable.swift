import Digest
import Linux
import SystemPackage

/// The files with several names of which not all have been seen yet, and the name under which each is in the archive.
///
/// The names are kept in a file, and in memory no more than where.
struct LinkTable: ~Copyable {
    /// What is known of a file that is in the archive.
    struct Earlier {
        let path: EntryPath
        /// The digest of a regular file's content.
        let digest: ContentDigest?
    }

    private struct Link {
        let offset: UInt64
        let pathLength: UInt32
        var namesLeft: UInt32
    }

    private static let digestLength = 32

    private var links: [FileIdentity: Link] = [:]
    private var spool: SpoolFile
    private let buffer = ByteBuffer()

    /// Makes an empty one, with a file without a name in `directory`.
    init(in directory: FilePath) throws(LinuxError) {
        spool = try SpoolFile(in: directory)
    }

    /// What the archive holds of the file already; nil when this is the first of its names.
    mutating func earlier(_ attributes: FileAttributes) throws(LinuxError) -> Earlier? {
        guard Self.mayHaveSeveralNames(attributes), var link = links[attributes.identity] else { return nil }
        link.namesLeft -= 1
        links[attributes.identity] = link.namesLeft > 0 ? link : nil
        buffer.clear()
        let byteCount = 1 + Self.digestLength + Int(link.pathLength)
        try spool.read(at: link.offset, byteCount: byteCount, into: buffer)
        let record = buffer.array
        let digest = SHA256.Value(bytes: Array(record[1...Self.digestLength]))
        let isOfDataOnly = record[0] == UInt8(ascii: "d")
        return Earlier(
            path: EntryPath(bytes: Array(record[(1 + Self.digestLength)...])),
            digest: record[0] == 0 ? nil : digest.map { ContentDigest(value: $0, isOfDataOnly: isOfDataOnly) }
        )
    }

    /// Remembers that the file is in the archive as `path`, if it has more names.
    mutating func remember(_ attributes: FileAttributes, _ path: EntryPath, _ digest: ContentDigest?) throws(LinuxError)
    {
        guard Self.mayHaveSeveralNames(attributes) else { return }
        links[attributes.identity] = Link(
            offset: spool.count,
            pathLength: UInt32(clamping: path.count),
            namesLeft: attributes.linkCount - 1
        )
        let kind: UInt8 =
            switch digest?.isOfDataOnly {
            case nil: 0
            case true?: UInt8(ascii: "d")
            case false?: UInt8(ascii: "w")
            }
        let value = digest?.value.array ?? [UInt8](repeating: 0, count: Self.digestLength)
        try spool.append { record throws(LinuxError) in try record.append([kind] + value + path.bytes) }
    }

    private static func mayHaveSeveralNames(_ attributes: FileAttributes) -> Bool {
        attributes.linkCount > 1 && attributes.kind != .directory
    }
}
