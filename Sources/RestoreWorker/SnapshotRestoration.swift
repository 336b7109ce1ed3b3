import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// A restoration from a snapshot that still exists, whose trees are read directly.
struct SnapshotRestoration: ~Copyable {
    private static let reportInterval: Duration = .milliseconds(250)
    private static let chunkSize: UInt64 = 256 << 10

    private let trees: SnapshotTrees
    private let writer: EntryWriter
    private let pacing: Pacing
    private let tally = Tally()
    private let closing: Closing
    private let account: RestorationAccount
    private let buffer = ByteBuffer(capacity: 256 << 10)
    private var firstNames: FirstNames
    /// Bytes of the present file that the tally has.
    private var counted: UInt64 = 0
    private var lastReport = ContinuousClock.now

    /// Opens all that is to be read and written; nothing is changed.
    static func prepare(
        _ request: RestoreRequest,
        _ restoration: Restoration,
        trees list: [Restoration.Tree],
        _ account: RestorationAccount,
        _ pacing: Pacing,
        _ closing: Closing
    ) throws -> SnapshotRestoration {
        let trees = try SnapshotTrees(list)
        var destination = try Destination.open(restoration)
        try destination.plan(restoration.paths, of: trees.sources)
        for item in destination.placement.items { _ = try trees.find(item.selected) }
        closing.watch(destination.staging, account)
        let spool = FilePath(request.spoolDirectory)
        let writer = try EntryWriter(destination, restoration, account, spool: spool)
        return SnapshotRestoration(trees, writer, pacing, closing, account, try FirstNames.make(in: spool))
    }

    private init(
        _ trees: SnapshotTrees,
        _ writer: EntryWriter,
        _ pacing: Pacing,
        _ closing: Closing,
        _ account: RestorationAccount,
        _ firstNames: consuming FirstNames
    ) {
        self.trees = trees
        self.writer = writer
        self.pacing = pacing
        self.closing = closing
        self.account = account
        self.firstNames = firstNames
    }

    /// Runs it to its end.
    mutating func run() throws -> WorkerResult {
        let (trees, selected, tally) = (trees, writer.destination.placement.items.map(\.selected), tally)
        // What can't be counted is told by the restoration itself.
        _ = try Thread.start(named: "count") { try? SnapshotCount(trees).count(selected, tally) }
        for item in writer.destination.placement.items { try restore(item) }
        try writer.finish()
        report(always: true)
        if let failure = writer.failure { throw failure }
        var result = WorkerResult(
            byteCount: account.result.byteCount,
            sha256: "",
            entryCount: tally.entryCount,
            leftOut: [],
            leftOutCount: 0
        )
        result.restoration = account.result
        return result
    }

    private mutating func restore(_ item: Placement.Item) throws {
        let (directory, name) = try trees.find(item.selected) { [writer] path, directory in
            _ = try writer.begin(BackupEntry(path: path, directory: directory))
        }
        let top: SharedDescriptor
        if let name {
            let kind = try FileAttributes(of: name, in: directory.file).kind
            guard kind == .directory else {
                return try take(.init(path: item.selected, kind: kind, directory: directory, name: name))
            }
            top = SharedDescriptor(try directory.file.openEntry(name, directory: true))
        } else {
            top = directory
        }
        try take(.init(path: item.selected, kind: .directory, directory: top, name: EntryPath()))
        var walk = try SnapshotWalk(top, path: item.selected)
        try walk.run { try take($0) }
    }

    private mutating func take(_ step: SnapshotWalk.Step) throws {
        pacing.wait()
        do {
            switch step.kind {
            case .directory:
                _ = try writer.begin(BackupEntry(path: step.path, directory: step.directory))
                if step.isForeign { account.lose(.otherFilesystem, step.path, "it is not in the snapshot") }
            case .regular:
                try takeFile(step)
            case .socket, .unknown:
                // It is there, but can't be restored.
                writer.pass(step.path)
                account.lose(.socket, step.path, "sockets are nothing without their process")
            default:
                try takeOther(step)
            }
        } catch let error as LinuxError {
            throw BackupError(
                .failed,
                "\(shortened(step.path)) of the snapshot could not be read (\(error)).",
                cause: error
            )
        }
        tally.addEntry()
        report(always: false)
    }

    private mutating func takeFile(_ step: SnapshotWalk.Step) throws {
        let file = try step.directory.file.openEntry(step.name)
        let status = try FileAttributes(of: file.file)
        guard var entry = BackupEntry(path: step.path, status) else { return }
        entry.attributes = try file.extendedAttributes()
        defer { tally.addContent(status.storedSize - counted) }
        counted = 0
        guard try begin(entry, status) == .content else { return }
        if !writer.share(contentsOf: file.file) { try copy(file, status, step.path) }
        try writer.end()
        try remember(entry, status)
    }

    private mutating func takeOther(_ step: SnapshotWalk.Step) throws {
        let handle = try step.directory.file.openHandle(step.name)
        let status = try FileAttributes(of: handle.file)
        guard var entry = BackupEntry(path: step.path, status) else { return }
        entry.attributes = try handle.extendedAttributes()
        if entry.kind == .symbolicLink {
            try handle.file.readLinkTarget(into: buffer)
            entry.linkTarget = Array(buffer.array.dropLast())
        }
        guard try begin(entry, status) == .nothing else { return }
        try remember(entry, status)
    }

    /// Starts with an entry: as another name of one that was restored before, or as itself.
    private mutating func begin(_ entry: BackupEntry, _ status: FileAttributes) throws -> EntryWriter.Need {
        guard status.linkCount > 1, let first = try firstNames.path(of: status.identity) else {
            return try writer.begin(entry)
        }
        var link = entry
        link.kind = .hardLink
        link.linkTarget = first
        link.size = 0
        guard try writer.begin(link) == .original else { return .nothing }
        return try writer.begin(entry)
    }

    private mutating func remember(_ entry: BackupEntry, _ status: FileAttributes) throws {
        guard status.linkCount > 1, let action = writer.lastAction, action != .keep, action != .conflict else { return }
        try firstNames.set(entry.path, for: status.identity)
    }

    private mutating func copy(_ file: consuming Descriptor, _ status: FileAttributes, _ path: [UInt8]) throws {
        let size = status.size
        var extents = [DataExtent(offset: 0, byteCount: size)]
        if status.allocatedSize < size { extents = try file.file.dataExtents(size: size, limit: 100_000) }
        let content = ContentFile(file, size: size)
        for extent in extents {
            var position = extent.offset
            while position < extent.offset + extent.byteCount {
                let wanted = Int(min(Self.chunkSize, extent.offset + extent.byteCount - position))
                buffer.clear()
                guard try content.read(into: buffer, at: position, byteCount: wanted, pacing) == wanted else {
                    throw BackupError(.failed, "\(shortened(path)) of the snapshot shrank while it was read.")
                }
                try writer.write(buffer, at: position)
                position += UInt64(wanted)
                let counts = min(UInt64(wanted), status.storedSize - counted)
                tally.addContent(counts)
                counted += counts
                report(always: false)
            }
        }
    }

    private mutating func report(always: Bool) {
        let now = ContinuousClock.now
        guard always || now - lastReport >= Self.reportInterval else { return }
        lastReport = now
        closing.events.progress(tally.progress(pacing.report))
    }
}
