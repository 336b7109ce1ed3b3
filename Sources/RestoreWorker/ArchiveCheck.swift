import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import FoundationEssentials
import Linux
import SystemPackage

/// Reads the archive of an export to its end, and compares it with its manifest.
struct ArchiveCheck: ~Copyable {
    /// What came of it.
    enum Outcome: Sendable {
        /// The archive was read to its end.
        case complete(Findings)
        /// So was one that something else has made, and that has no manifest.
        case plain
        /// It is not an archive of an export, or not a whole one; completes "the export is damaged: …".
        case broken(String)
        /// It is a good one, but not the one that was asked for.
        case foreign(BackupError)
    }

    private static let longestLabel: UInt64 = 8 << 20
    private static let longestLine = 2 * PaxReader.maximumHeaderByteCount + 4096

    let tally: Tally
    let follower: (any ArchiveFollower)?
    /// What is being read, for a message; empty where that is too long for one.
    var last = ""
    private let id: SnapshotID
    private let acceptsAnyArchive: Bool
    private let directory: FilePath
    private let buffer = ByteBuffer(capacity: 256 << 10)
    private var hash: ContentHash

    init(_ request: RestoreRequest, _ tally: Tally, _ follower: (any ArchiveFollower)? = nil) throws {
        id = request.id
        acceptsAnyArchive = request.acceptsAnyArchive ?? false
        directory = FilePath(request.spoolDirectory)
        self.tally = tally
        self.follower = follower
        hash = try ContentHash()
    }

    /// Reads the archive from `pipe`, as far as it can be read.
    mutating func run(_ pipe: FileDescriptor) throws -> Outcome {
        do {
            var reader = try PaxReader.open(from: pipe, acceptsAnyArchive ? .common : .ofExports)
            guard let first = try reader.next() else { return .broken("there is nothing in it") }
            guard isLabel(first) else {
                guard acceptsAnyArchive else { return .broken("its first member is not \(ExportLabel.memberName)") }
                return try readPlain(first, &reader)
            }
            if let refusal = try checkLabel(&reader) { return refusal }
            var entries = try EntryList(in: directory)
            while let entry = try reader.next() {
                note(entry)
                if entry.path == Array(ManifestFormat.memberName.utf8) {
                    return try compare(&reader, entry, entries)
                }
                try add(entry, &reader, &entries)
                tally.addEntry()
            }
            return .broken("the archive ends before its manifest")
        } catch let error as ArchiveError {
            return .broken("the archive can't be read\(last.isEmpty ? "" : " from \(last) on") (\(error))")
        } catch let error as MalformedMember {
            return .broken(error.reason)
        } catch let error as LinuxError {
            throw BackupError(spooling: error)
        }
    }

    /// Keeps what a message calls `entry`.
    mutating func note(_ entry: ArchivedEntry) {
        last = entry.path.count > 1000 ? "" : printable(entry.path)
    }

    private func isLabel(_ entry: ArchivedEntry) -> Bool {
        entry.path == Array(ExportLabel.memberName.utf8) && entry.kind == .regular && entry.size <= Self.longestLabel
    }

    /// Reads the first member; nil when it is the label of the export.
    private mutating func checkLabel(_ reader: inout PaxReader) throws -> Outcome? {
        var text: [UInt8] = []
        while try reader.readBlock(into: buffer) != nil { text += buffer.array }
        struct Head: Decodable {
            let format: String
            let version: Int
            let id: SnapshotID
            let sources: [Source]?
        }
        struct Source: Decodable { let name: String }
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(text)), head.format == "nexus-backup" else {
            return .broken("its first member, \(ExportLabel.memberName), is not understood")
        }
        guard head.version == 1 else {
            return .foreign(
                BackupError(
                    .unsupported,
                    "\(subject) is of the version \(head.version), which this release does not know; verify it "
                        + "with a later one."
                )
            )
        }
        guard id == 0 || head.id == id else {
            return .foreign(
                BackupError(
                    .corrupt,
                    "The file of snapshot \(id) holds the export of snapshot \(head.id), not of \(id)."
                )
            )
        }
        try follower?.start(head.sources?.map { Array($0.name.utf8) } ?? [])
        return nil
    }

    private var subject: String { id == 0 ? "The export" : "The export of snapshot \(id)" }

    private mutating func add(_ entry: ArchivedEntry, _ reader: inout PaxReader, _ list: inout EntryList) throws {
        let isWanted = try follower?.begin(entry) ?? false
        switch entry.kind {
        case .regular: try list.append(.file(path: entry.path, digest(entry, &reader, isWanted)))
        case .hardLink: try list.append(.hardLink(path: entry.path, target: entry.linkTarget))
        case .directory: break
        default: try list.append(.other(path: entry.path))
        }
        if !entry.flags.isEmpty { try list.append(.flags(path: entry.path, entry.flags)) }
    }

    /// Reads the content of `entry`, which the follower gets if it is wanted.
    mutating func digest(_ entry: ArchivedEntry, _ reader: inout PaxReader, _ isWanted: Bool) throws
        -> ContentDigest
    {
        let stored = entry.dataExtents.map { $0.reduce(0) { $0 + $1.byteCount } } ?? entry.size
        hash.start(holeByteCount: entry.size - stored)
        var position: UInt64 = 0
        while let offset = try reader.readBlock(into: buffer) {
            if offset > position { hash.skip(offset - position) }
            hash.add(buffer)
            if isWanted { try follower?.write(buffer, at: offset) }
            position = offset + UInt64(buffer.count)
        }
        if entry.size > position { hash.skip(entry.size - position) }
        if isWanted { try follower?.end() }
        return hash.finish()
    }

    /// Reads the manifest, and sees that it is the last member.
    private mutating func compare(
        _ reader: inout PaxReader,
        _ entry: ArchivedEntry,
        _ entries: consuming EntryList
    ) throws -> Outcome {
        let malformed = Outcome.broken("its manifest is not one that this release knows")
        guard entry.kind == .regular else { return malformed }
        let expected = try ExpectedLines(entries, in: directory)
        var comparison = ManifestComparison(with: expected, entryCount: tally.entryCount)
        var line: [UInt8] = []
        while try reader.readBlock(into: buffer) != nil {
            var rest = buffer.array[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                guard try comparison.add(line) else { return malformed }
                line.removeAll(keepingCapacity: line.capacity < 1 << 20)
                rest = rest[(end + 1)...]
            }
            line += rest
            guard line.count <= Self.longestLine else { return malformed }
        }
        guard line.isEmpty, let findings = try comparison.end() else {
            return .broken("its manifest has no end")
        }
        guard try reader.next() == nil else { return .broken("there is another member after its manifest") }
        return .complete(findings)
    }
}
