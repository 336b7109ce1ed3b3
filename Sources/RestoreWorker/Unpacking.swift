import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// Takes what is wanted out of an archive while that is checked.
final class Unpacking: ArchiveFollower, @unchecked Sendable {  // one thread at a time: the readings follow one another
    private var destination: Destination
    private let restoration: Restoration
    private let account: RestorationAccount
    private let spool: FilePath
    private var links: LinkMap
    /// Those of the export; nil for an archive that something else has made.
    private var sources: Set<[UInt8]>? = []
    private var lastSource: [UInt8] = []
    /// What puts things in their places; nil until the archive was found to be the right one.
    private(set) var writer: EntryWriter?

    init(_ destination: Destination, _ restoration: Restoration, _ account: RestorationAccount, spool: FilePath)
        throws(BackupError)
    {
        self.destination = destination
        self.restoration = restoration
        self.account = account
        self.spool = spool
        links = try LinkMap.make(in: spool)
    }

    /// Whether some hard links want the content of what was not restored.
    var needsOriginals: Bool { links.isAnythingWanted }

    func start(_ sources: [[UInt8]]) throws {
        try destination.plan(restoration.paths, of: sources)
        self.sources = Set(sources)
        writer = try EntryWriter(destination, restoration, account, spool: spool)
    }

    func startPlain() throws {
        try destination.plan(restoration.paths, of: nil)
        sources = nil
        let writer = try EntryWriter(destination, restoration, account, spool: spool)
        writer.makesParents = true
        self.writer = writer
    }

    func begin(_ member: ArchivedEntry) throws -> Bool {
        guard let writer else { return false }
        let member = sources == nil ? member.relative : member
        // The directory itself that a plain archive was made of: that which is restored to has metadata of its own.
        guard sources != nil || !member.path.isEmpty else { return false }
        try check(member)
        let isLink = member.kind == .hardLink
        let isPassedOver =
            try isLink && spooling { links throws(LinuxError) in try links.isPassedOver(member.linkTarget) }
        let entry = BackupEntry(member)
        switch try writer.begin(entry, isOriginalThere: !isPassedOver) {
        case .content:
            return true
        case .original:
            try spooling { links throws(LinuxError) in try links.want(entry.path, from: entry.linkTarget) }
        case .nothing:
            if entry.kind != .directory { try notePassedOver(entry, writer) }
        }
        return false
    }

    func write(_ buffer: ByteBuffer, at offset: UInt64) throws {
        try writer?.write(buffer, at: offset)
    }

    func end() throws {
        guard let writer, let entry = writer.openFile?.entry else { return }
        try writer.end()
        try notePassedOver(entry, writer)
    }

    private func notePassedOver(_ entry: BackupEntry, _ writer: EntryWriter) throws {
        guard writer.lastAction == .keep || writer.lastAction == .conflict, !restoration.isDryRun else { return }
        try spooling { links throws(LinuxError) in try links.passOver(entry.path) }
    }

    /// Sees that a member is one that an export can hold.
    private func check(_ entry: ArchivedEntry) throws {
        guard isWellFormed(path: entry.path) else {
            throw MalformedMember(reason: "it holds the name \(shortened(entry.path)), which leads elsewhere")
        }
        guard entry.kind != .hardLink || isWellFormed(path: entry.linkTarget) else {
            throw MalformedMember(
                reason:
                    "\(shortened(entry.path)) is a hard link to \(shortened(entry.linkTarget)), which leads elsewhere"
            )
        }
        guard let sources else { return }
        let source = entry.path.prefix { $0 != UInt8(ascii: "/") }
        guard !source.elementsEqual(lastSource) else { return }
        guard sources.contains(Array(source)) else {
            throw MalformedMember(reason: "\(shortened(entry.path)) is in none of the sources that it names")
        }
        lastSource = Array(source)
    }

    private func spooling<Result>(_ body: (inout LinkMap) throws(LinuxError) -> Result) throws(BackupError) -> Result {
        do {
            return try body(&links)
        } catch {
            throw BackupError(spooling: error)
        }
    }

    /// Restores what hard links are other names of, from the archive's second reading.
    func takeOriginals(from pipe: FileDescriptor) throws -> ArchiveCheck.Outcome {
        guard let writer else { return .complete(Findings()) }
        do {
            var reader = try PaxReader.open(from: pipe, sources == nil ? .common : .ofExports)
            while let member = try reader.next() {
                let entry = sources == nil ? member.relative : member
                let first = try spooling { links throws(LinuxError) in try links.first(wanting: entry.path) }
                if let first { try take(BackupEntry(entry), &reader, for: first, writer) }
            }
            return .complete(Findings())
        } catch let error as ArchiveError {
            return .broken("the archive can't be read (\(error))")
        }
    }

    /// Restores `entry` under all the names that want it: the first one that is not kept gets its content.
    private func take(_ entry: BackupEntry, _ reader: inout PaxReader, for first: UInt64, _ writer: EntryWriter) throws
    {
        var entry = entry
        var position: UInt64? = first
        var isContentLeft = true
        while let present = position {
            (entry.path, position) = try spooling { links throws(LinuxError) in try links.path(at: present) }
            switch try writer.begin(entry) {
            case .content where isContentLeft:
                isContentLeft = false
                let buffer = ByteBuffer(capacity: 256 << 10)
                while let offset = try reader.readBlock(into: buffer) { try writer.write(buffer, at: offset) }
                try writer.end()
            case .content, .original:
                writer.abandon()
                writer.conflict(entry, "it is another name of a file, and can't be made one here")
            case .nothing:
                break
            }
            guard entry.kind != .hardLink, writer.lastAction != .keep, writer.lastAction != .conflict else { continue }
            entry.kind = .hardLink
            entry.linkTarget = entry.path
        }
    }
}
