import Archive
import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import SystemPackage

/// Writes the entries, as they come out of the queue, into a tar archive.
struct TarExport: ~Copyable {
    static let chunkSize = 256 << 10
    /// PATH_MAX without the NUL.
    private static let longestPath = 4095

    /// What is to be told of an archive.
    struct Account: Sendable {
        /// What was left out and why, as far as there is room for names, and how many there were in all.
        var leftOut: [String] = []
        var leftOutByteCount = 0
        var leftOutCount: UInt64 = 0
        /// Entries whose path is longer than a system call takes.
        var longPathCount: UInt64 = 0
        /// Entries with flags such as immutable.
        var flaggedCount: UInt64 = 0
        /// Why there will be no index of the entries, where there was to be one.
        var indexFailure: LinuxError?
    }

    let writer: PaxWriter
    private var header: ArchiveEntry
    let tally: Tally
    let pacing: Pacing
    let buffer = ByteBuffer(capacity: chunkSize)
    private let labelTime: Int64
    var hash: ContentHash
    private var links: LinkTable
    var manifest: Manifest
    private var entries: EntrySpool?
    private var isHardLink = false
    var account = Account()

    /// Starts an archive that is written to `pipe`.
    static func start(to pipe: FileDescriptor, _ request: ExportRequest, _ tally: Tally, _ pacing: Pacing) throws
        -> TarExport
    {
        let directory = FilePath(request.spoolDirectory)
        do {
            var export = TarExport(
                writer: try PaxWriter.open(to: pipe, isCompressed: request.compression == .zstd),
                header: try ArchiveEntry(),
                tally: tally,
                pacing: pacing,
                labelTime: Int64(clamping: request.label.created),
                hash: try ContentHash(),
                links: try LinkTable(in: directory),
                manifest: try Manifest.start(in: directory)
            )
            if let path = request.entrySpool { export.startEntries(FilePath(path)) }
            return export
        } catch let error as LinuxError {
            throw BackupError(spooling: error)
        }
    }

    private init(
        writer: consuming PaxWriter,
        header: consuming ArchiveEntry,
        tally: Tally,
        pacing: Pacing,
        labelTime: Int64,
        hash: consuming ContentHash,
        links: consuming LinkTable,
        manifest: consuming Manifest
    ) {
        self.writer = writer
        self.header = header
        self.tally = tally
        self.pacing = pacing
        self.labelTime = labelTime
        self.hash = hash
        self.links = links
        self.manifest = manifest
    }

    private mutating func startEntries(_ path: FilePath) {
        do {
            entries = try EntrySpool.start(path, output: .standardOutput)
        } catch {
            account.indexFailure = error
        }
    }

    /// Writes the first member, which says what the archive is.
    mutating func write(_ label: ExportLabel) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = Array(try encoder.encode(label)) + [UInt8(ascii: "\n")]
        try begin(ExportLabel.memberName, byteCount: text.count)
        buffer.clear()
        try buffer.append(text)
        try writer.write(buffer)
        try writer.end()
    }

    /// Writes the last member, which says what was in the archive before it.
    mutating func writeManifest() throws {
        do {
            try manifest.end(entryCount: tally.entryCount)
            let byteCount = manifest.byteCount
            try begin(ManifestFormat.memberName, byteCount: Int(clamping: byteCount))
            var position: UInt64 = 0
            while position < byteCount {
                let part = Int(min(byteCount - position, UInt64(Self.chunkSize)))
                try manifest.read(at: position, byteCount: part, into: buffer)
                try writer.write(buffer)
                position += UInt64(part)
            }
            try writer.end()
        } catch let error as LinuxError {
            throw BackupError(spooling: error)
        } catch let error as ArchiveError {
            throw ArchiveFailure(path: ManifestFormat.memberName, error: error)
        }
    }

    /// Starts a member of our own.
    private mutating func begin(_ name: String, byteCount: Int) throws(ArchiveError) {
        header.clear()
        header.setPath(EntryPath(name))
        header.setRegularFile(size: byteCount, modified: labelTime)
        try writer.begin(header)
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
        account.flaggedCount = manifest.flaggedCount
        entries?.end()
        if let failure = entries?.failure { account.indexFailure = failure }
        let account = account
        try finish()
        return account
    }

    private consuming func finish() throws(ArchiveError) {
        try writer.close()
    }

    private mutating func write(_ entry: Entry) throws {
        if let failure = entry.failure { throw failure }
        if let reason = entry.leftOut { return try leaveOut(entry.path, reason, entry.pattern) }
        let digest: ContentDigest?
        do {
            digest = try writeMember(entry)
        } catch let error as LinuxError {
            throw BackupError(reading: entry.path, error)
        } catch let error as ArchiveError {
            throw ArchiveFailure(path: entry.path.description, error: error)
        }
        try spool { export throws(LinuxError) in
            if let digest { try export.manifest.add(entry.path, digest) }
            try export.manifest.add(entry.path, entry.attributes.flags)
        }
        entries?.add(entry.path, entry.attributes, isHardLink: isHardLink)
        tally.addEntry()
        if entry.path.count > Self.longestPath { account.longPathCount += 1 }
    }

    /// Does what keeps something aside, and says so when that fails.
    mutating func spool<Result>(
        _ body: (inout TarExport) throws(LinuxError) -> Result
    ) throws(BackupError) -> Result {
        do {
            return try body(&self)
        } catch {
            throw BackupError(spooling: error)
        }
    }

    /// - Returns: The digest of a regular file's content.
    private mutating func writeMember(_ entry: Entry) throws -> ContentDigest? {
        header.clear()
        header.setPath(entry.path)
        header.setAttributes(entry.attributes)
        let earlier = try spool { export throws(LinuxError) in try export.links.earlier(entry.attributes) }
        isHardLink = earlier != nil
        if let earlier {
            header.setHardLink(to: earlier.path)
            try writer.begin(header)
            tally.addContent(entry.attributes.progressShare)
            try writer.end()
            return earlier.digest
        }
        try header.setExtendedAttributes(entry.extendedAttributes)
        if entry.kind == .symbolicLink { header.setSymbolicLink(target: entry.data) }
        if let extents = entry.extents { header.setDataExtents(extents) }
        try writer.begin(header)
        let digest = entry.kind == .regular ? try writeContent(entry) : nil
        try writer.end()
        try spool { export throws(LinuxError) in try export.links.remember(entry.attributes, entry.path, digest) }
        return digest
    }
}

/// An archive that could not be written, and at which entry.
struct ArchiveFailure: Error {
    let path: String
    let error: ArchiveError
}
