import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// Reads what the archive needs of an entry: attributes, plain and extended, a link's target, a small file's content.
struct EntryReader: ~Copyable {
    /// The largest file that is read whole.
    private static let smallSize: UInt64 = 128 << 10
    private static let maximumExtentCount = 100_000

    private let pacing: Pacing
    private var hash: ContentHash

    init(_ pacing: Pacing) throws(BackupError) {
        self.pacing = pacing
        hash = try ContentHash()
    }

    /// Reads entries from `queue` until there are no more.
    mutating func run(_ queue: EntryQueue) {
        while true {
            let positions = queue.positionsToRead()
            if positions.isEmpty { return }
            pacing.enter()
            for position in positions {
                pacing.pass()
                read(queue[position])
            }
            pacing.leave()
            queue.fill(positions)
        }
    }

    private mutating func read(_ entry: Entry) {
        guard let directory = entry.directory else { return }
        do {
            switch entry.kind {
            case .directory: try entry.extendedAttributes.read(of: directory.file)
            case .regular: try readRegular(entry, directory.file)
            case .socket: entry.leftOut = .socket
            case .unknown: entry.leftOut = .unknownType
            case .symbolicLink, .fifo, .characterDevice, .blockDevice: try readHandle(entry, directory.file)
            }
        } catch {
            entry.failure = BackupError(reading: entry.path, error)
        }
        entry.directory = nil
    }

    private func readHandle(_ entry: Entry, _ directory: FileDescriptor) throws(LinuxError) {
        let handle = try directory.openHandle(entry.path)
        entry.attributes = try FileAttributes(of: handle.file)
        try checkKind(entry)
        if entry.kind == .symbolicLink { try handle.file.readLinkTarget(into: entry.data) }
        try entry.extendedAttributes.read(ofHandle: handle.file)
    }

    private mutating func readRegular(_ entry: Entry, _ directory: FileDescriptor) throws(LinuxError) {
        let file = try directory.openEntry(entry.path)
        entry.attributes = try FileAttributes(of: file.file)
        try checkKind(entry)
        try entry.extendedAttributes.read(of: file.file)
        let size = entry.attributes.size
        if entry.attributes.allocatedSize < size {
            let extents = try file.file.dataExtents(size: size, limit: Self.maximumExtentCount)
            if extents != [DataExtent(offset: 0, byteCount: size)] { entry.extents = extents }
        }
        // Of a file with several names the content may not be wanted; the archive knows.
        if size <= Self.smallSize, entry.extents == nil, entry.attributes.linkCount == 1 {
            try readWhole(entry, file.file, Int(size))
        } else {
            let content = ContentFile(file, size: size)
            if entry.attributes.linkCount == 1, !pacing.isShared { content.prefetch() }
            entry.content = .file(content)
        }
    }

    /// Reads one byte more than there should be, which tells in one call that there is none. What was not in the page cache
    /// before is not left there.
    private mutating func readWhole(_ entry: Entry, _ file: FileDescriptor, _ size: Int) throws(LinuxError) {
        hash.start(holeByteCount: 0)
        defer { entry.digest = hash.finish() }
        guard size > 0 else { return }
        let uncached = try uncachedPages(of: file, size, entry.data)
        defer { for run in uncached { file.dropFromCache(run) } }
        var count = 1
        while count > 0, entry.data.count < size {
            count = try entry.data.read(from: file, limit: size + 1 - entry.data.count)
        }
        if entry.data.count < size { entry.failure = BackupError(changed: entry.path, "shrank") }
        if entry.data.count > size { entry.failure = BackupError(changed: entry.path, "grew") }
        hash.add(entry.data)
        entry.content = .data
    }

    /// Looks what of a file is not in the page cache, and reads what is into `data` where that is the way to find out.
    private func uncachedPages(of file: FileDescriptor, _ size: Int, _ data: ByteBuffer) throws(LinuxError)
        -> [PageRun]
    {
        if let count = file.cachedPageCount {
            if count == 0 { return [.all] }
            if count * pageByteCount >= size { return [] }
        } else if let count = try data.readCached(from: file, limit: size + 1) {
            if count == 0 { return [.all] }
            if count >= size { return [] }
        }
        return file.uncachedPages(offset: 0, byteCount: size)
    }

    private func checkKind(_ entry: Entry) throws(LinuxError) {
        guard entry.attributes.kind == entry.kind else {
            throw LinuxError(.noSuchFileOrDirectory, "find it as it was listed")
        }
    }
}
