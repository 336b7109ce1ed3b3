import Archive
import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import SystemPackage

/// Writes the entries, as they come out of the queue, into a tar archive.
struct TarExport: ~Copyable {
    private static let chunkSize = 256 << 10
    private static let maximumNamedLeftOut = 1000
    /// PATH_MAX without the NUL.
    private static let longestPath = 4095

    /// What is to be told of an archive.
    struct Account: Sendable {
        /// What was left out, as a socket, and how many there were in all.
        var leftOut: [String] = []
        var leftOutCount: UInt64 = 0
        /// Entries whose path is longer than a system call takes.
        var longPathCount: UInt64 = 0
    }

    private let writer: PaxWriter
    private var header: ArchiveEntry
    private let tally: Tally
    private let buffer = ByteBuffer(capacity: chunkSize)
    private var links = LinkTable()
    private var account = Account()

    /// Starts an archive that is written to `pipe`.
    static func start(
        to pipe: FileDescriptor,
        _ compression: ExportRequest.Compression,
        _ tally: Tally
    ) throws(ArchiveError) -> TarExport {
        let writer = try PaxWriter.open(to: pipe, zstdThreads: compression == .zstd ? 2 : nil)
        return TarExport(writer: writer, header: try ArchiveEntry(), tally: tally)
    }

    private init(writer: consuming PaxWriter, header: consuming ArchiveEntry, tally: Tally) {
        self.writer = writer
        self.header = header
        self.tally = tally
    }

    /// Writes the first member, which says what the archive is.
    mutating func write(_ label: ExportLabel) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = Array(try encoder.encode(label)) + [UInt8(ascii: "\n")]
        header.clear()
        header.setPath(EntryPath(ExportLabel.memberName))
        header.setRegularFile(size: text.count, modified: Int64(clamping: label.created))
        try writer.begin(header)
        buffer.clear()
        try buffer.append(text)
        try writer.write(buffer)
        try writer.end()
    }

    /// Writes all entries of `queue`, until there are no more.
    mutating func write(_ queue: EntryQueue) throws {
        while true {
            let positions = queue.positionsToTake()
            if positions.isEmpty { return }
            for position in positions { try write(queue[position]) }
            queue.take(positions)
        }
    }

    /// Completes the archive.
    consuming func close() throws -> Account {
        let account = account
        try finish()
        return account
    }

    private consuming func finish() throws(ArchiveError) {
        try writer.close()
    }

    private mutating func write(_ entry: Entry) throws {
        if let failure = entry.failure { throw failure }
        guard !entry.isLeftOut else { return leaveOut(entry.path) }
        do {
            try writeMember(entry)
        } catch let error as LinuxError {
            throw BackupError(reading: entry.path, error)
        } catch let error as ArchiveError {
            throw ArchiveFailure(path: entry.path.description, error: error)
        }
        tally.addEntry()
        if entry.path.count > Self.longestPath { account.longPathCount += 1 }
    }

    private mutating func writeMember(_ entry: Entry) throws {
        header.clear()
        header.setPath(entry.path)
        header.setAttributes(entry.attributes)
        if let earlier = links.earlierName(of: entry.attributes, entry.path) {
            header.setHardLink(to: earlier)
            try writer.begin(header)
            tally.addContent(entry.attributes.progressShare)
            return try writer.end()
        }
        try header.setExtendedAttributes(entry.extendedAttributes)
        if entry.kind == .symbolicLink { header.setSymbolicLink(target: entry.data) }
        if let extents = entry.extents { header.setDataExtents(extents) }
        try writer.begin(header)
        if entry.kind == .regular { try writeContent(entry) }
        try writer.end()
    }

    private mutating func writeContent(_ entry: Entry) throws {
        let share = entry.attributes.progressShare
        switch entry.content {
        case .none:
            break
        case .data:
            try writer.write(entry.data)
        case .file(let file):
            var counted: UInt64 = 0
            let size = entry.attributes.size
            var position: UInt64 = 0
            for extent in entry.extents ?? [DataExtent(offset: 0, byteCount: size)] {
                try writer.skip(extent.offset - position)
                position = extent.offset
                while position < extent.offset + extent.byteCount {
                    let count = try copy(entry.path, file.file, position, extent.offset + extent.byteCount - position)
                    position += UInt64(count)
                    let counts = min(UInt64(count), share - counted)
                    tally.addContent(counts)
                    counted += counts
                }
            }
            try writer.skip(size - position)
            try checkEnd(entry.path, file.file, size)
            return tally.addContent(share - counted)
        }
        tally.addContent(share)
    }

    /// Copies one chunk of a file's content into the archive.
    private func copy(_ path: EntryPath, _ file: FileDescriptor, _ offset: UInt64, _ limit: UInt64) throws -> Int {
        buffer.clear()
        let wanted = Int(min(limit, UInt64(Self.chunkSize)))
        let count = try buffer.read(from: file, at: offset, byteCount: wanted)
        guard count == wanted else { throw BackupError(changed: path, "shrank") }
        try writer.write(buffer)
        return count
    }

    private func checkEnd(_ path: EntryPath, _ file: FileDescriptor, _ size: UInt64) throws {
        let now = try FileAttributes(of: file).size
        guard now == size else { throw BackupError(changed: path, now < size ? "shrank" : "grew") }
    }

    private mutating func leaveOut(_ path: EntryPath) {
        account.leftOutCount += 1
        if account.leftOut.count < Self.maximumNamedLeftOut { account.leftOut.append(path.description) }
    }
}

/// An archive that could not be written, and at which entry.
struct ArchiveFailure: Error {
    let path: String
    let error: ArchiveError
}
