import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// Reads the records that the worker kept of an archive's entries; whatever is not as ``EntrySpoolFormat`` says is an error.
struct SpoolReader: ~Copyable {
    private static let chunkSize = 256 << 10

    /// The inode number of the archive.
    let inode: UInt64
    private let file: Descriptor
    private var chunk: [UInt8] = []
    private var position = 0
    private var offset: UInt64
    private var path: [UInt8] = []
    private var count: UInt64 = 0

    /// Opens the file at `path`.
    static func open(_ path: FilePath) throws -> SpoolReader {
        let file = try Descriptor.open(path, [.readOnly, .noFollow, .nonBlocking])
        let buffer = ByteBuffer()
        _ = try buffer.read(from: file.file, at: 0, byteCount: EntrySpoolFormat.headerByteCount)
        let header = buffer.array
        guard header.count == EntrySpoolFormat.headerByteCount, header.starts(with: EntrySpoolFormat.magic) else {
            throw BackupError(damagedSpool: "has no header")
        }
        let inode = header.littleEndian(at: EntrySpoolFormat.magic.count, as: UInt64.self)
        return SpoolReader(inode: inode, file: file)
    }

    private init(inode: UInt64, file: consuming Descriptor) {
        self.inode = inode
        self.file = file
        offset = UInt64(EntrySpoolFormat.headerByteCount)
    }

    /// The next entry, with its whole path; nil at the end mark.
    mutating func next() throws -> FileEntry? {
        try need(EntrySpoolFormat.endByteCount)
        let shared: UInt32 = chunk.littleEndian(at: position)
        guard shared != EntrySpoolFormat.endMark else { return try end() }
        try need(EntrySpoolFormat.recordByteCount)
        let (start, suffix) = (position, Int(chunk.littleEndian(at: position + 4, as: UInt32.self)))
        guard shared <= path.count, (1...EntrySpoolFormat.maximumPathByteCount).contains(Int(shared) + suffix) else {
            throw BackupError(damagedSpool: "has a path that can't be")
        }
        let mode: UInt32 = chunk.littleEndian(at: start + 8)
        guard let kind = FileEntry.Kind(mode: mode) else {
            throw BackupError(damagedSpool: "has an entry of no type")
        }
        var entry = FileEntry(path: [], kind: kind, permissions: mode & 0o7777)
        entry.userID = chunk.littleEndian(at: start + 12)
        entry.groupID = chunk.littleEndian(at: start + 16)
        entry.size = chunk.littleEndian(at: start + 20)
        entry.modified = chunk.littleEndian(at: start + 28)
        entry.modifiedNanoseconds = chunk.littleEndian(at: start + 36)
        entry.isHardLink = chunk[start + 40] & EntrySpoolFormat.hardLinkFlag != 0
        position += EntrySpoolFormat.recordByteCount
        try need(suffix)
        path.removeLast(path.count - Int(shared))
        path += chunk[position..<(position + suffix)]
        position += suffix
        guard !path.contains(0) else { throw BackupError(damagedSpool: "has a path with a NUL in it") }
        entry.path = path
        count += 1
        return entry
    }

    private func end() throws -> FileEntry? {
        guard chunk.littleEndian(at: position + 4, as: UInt64.self) == count else {
            throw BackupError(damagedSpool: "holds another number of entries than it says")
        }
        return nil
    }

    /// Sees to it that the next `byteCount` bytes are in memory.
    private mutating func need(_ byteCount: Int) throws {
        guard chunk.count - position < byteCount else { return }
        let buffer = ByteBuffer()
        let read = try buffer.read(from: file.file, at: offset, byteCount: max(Self.chunkSize, byteCount))
        chunk.removeFirst(position)
        position = 0
        chunk += buffer.array
        offset += UInt64(read)
        guard chunk.count >= byteCount else { throw BackupError(damagedSpool: "was cut short") }
    }
}

extension BackupError {
    init(damagedSpool reason: String) {
        self.init(.corrupt, "The list of the export's entries \(reason), so that no index can be made from it.")
    }
}

extension [UInt8] {
    /// The number at `index`; what lies beyond the end counts as 0.
    fileprivate func littleEndian<Number: FixedWidthInteger>(at index: Int, as type: Number.Type = Number.self)
        -> Number
    {
        var number: Number = 0
        for (place, byte) in self[Swift.min(index, count)...].prefix(Number.bitWidth / 8).enumerated() {
            number |= Number(truncatingIfNeeded: byte) << (8 * place)
        }
        return number
    }
}
