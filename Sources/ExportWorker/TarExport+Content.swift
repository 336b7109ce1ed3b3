import Archive
import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// What is in the files, and what is left out.
extension TarExport {
    private static let maximumNamedLeftOut = 1000
    private static let maximumNamedByteCount = 128 << 10

    /// Writes the content of a regular file, of which the header is written.
    /// - Returns: Its digest.
    mutating func writeContent(_ entry: Entry) throws -> ContentDigest? {
        if case .file(let file) = entry.content { return try copy(entry, file) }
        if case .data = entry.content { try writer.write(entry.data) }
        tally.addContent(entry.attributes.progressShare)
        return entry.digest
    }

    /// Copies a file's content into the archive, and what lies between its data as holes.
    private mutating func copy(_ entry: Entry, _ file: ContentFile) throws -> ContentDigest {
        let (size, share) = (entry.attributes.size, entry.attributes.progressShare)
        let extents = entry.extents ?? [DataExtent(offset: 0, byteCount: size)]
        hash.start(holeByteCount: size - extents.reduce(0) { $0 + $1.byteCount })
        var (position, counted): (UInt64, UInt64) = (0, 0)
        for extent in extents {
            try skip(extent.offset - position)
            position = extent.offset
            while position < extent.offset + extent.byteCount {
                let count = try copy(entry.path, file, position, extent.offset + extent.byteCount - position)
                position += UInt64(count)
                let counts = min(UInt64(count), share - counted)
                tally.addContent(counts)
                counted += counts
            }
        }
        try skip(size - position)
        try checkEnd(entry.path, file.file, size)
        tally.addContent(share - counted)
        return hash.finish()
    }

    private mutating func skip(_ byteCount: UInt64) throws {
        guard byteCount > 0 else { return }
        hash.skip(byteCount)
        try writer.skip(byteCount)
    }

    /// Copies one chunk of a file's content into the archive.
    private mutating func copy(
        _ path: EntryPath,
        _ file: ContentFile,
        _ offset: UInt64,
        _ limit: UInt64
    ) throws -> Int {
        buffer.clear()
        let wanted = Int(min(limit, UInt64(Self.chunkSize)))
        let count = try file.read(into: buffer, at: offset, byteCount: wanted, pacing)
        guard count == wanted else { throw BackupError(changed: path, "shrank") }
        hash.add(buffer)
        try writer.write(buffer)
        return count
    }

    private func checkEnd(_ path: EntryPath, _ file: FileDescriptor, _ size: UInt64) throws {
        let now = try FileAttributes(of: file).size
        guard now == size else { throw BackupError(changed: path, now < size ? "shrank" : "grew") }
    }

    /// Notes an entry that is not in the archive, and why.
    mutating func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, _ pattern: String?) throws {
        account.leftOutCount += 1
        try spool { export throws(LinuxError) in try export.manifest.addLeftOut(path, reason.rawValue) }
        guard account.leftOut.count < Self.maximumNamedLeftOut,
            account.leftOutByteCount + path.count < Self.maximumNamedByteCount
        else { return }
        let text = "\(path) (\(reason.text(pattern: pattern)))"
        guard account.leftOutByteCount + text.utf8.count <= Self.maximumNamedByteCount else { return }
        account.leftOutByteCount += text.utf8.count
        account.leftOut.append(text)
    }
}
