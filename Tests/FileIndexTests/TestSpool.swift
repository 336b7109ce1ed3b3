import BackupModel
import ExportProtocol
import FoundationEssentials
import Linux
import SystemPackage

@testable import FileIndex

/// Records of entries, as the format has them and a worker would write them.
struct TestSpool {
    private var bytes: [UInt8]
    private var previous: [UInt8] = []
    private var count: UInt64 = 0

    init(inode: UInt64 = 1) {
        bytes = EntrySpoolFormat.magic
        append(inode)
    }

    mutating func add(_ entry: FileEntry) {
        let shared = zip(entry.path, previous).prefix { $0 == $1 }.count
        append(UInt32(shared))
        append(UInt32(entry.path.count - shared))
        append(entry.kind.modeBits | entry.permissions)
        append(entry.userID)
        append(entry.groupID)
        append(entry.size)
        append(UInt64(bitPattern: entry.modified))
        append(entry.modifiedNanoseconds)
        bytes.append(entry.isHardLink ? 1 : 0)
        bytes += entry.path[shared...]
        previous = entry.path
        count += 1
    }

    mutating func add(_ path: String, _ kind: FileEntry.Kind = .file, size: UInt64 = 0) {
        add(FileEntry(path: Array(path.utf8), kind: kind, size: size))
    }

    /// The complete file.
    func ended() -> [UInt8] {
        var copy = self
        copy.append(EntrySpoolFormat.endMark)
        copy.append(count)
        return copy.bytes
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// What an index is made of and what it is about, in a directory of a test's own.
struct IndexFixture {
    let directory: FilePath
    var subject: IndexSubject

    init(_ directory: FilePath, id: SnapshotID = 7) {
        self.directory = directory
        subject = IndexSubject(id: id, inode: 1, size: 100, sha256: "abc\(id)", created: 20, snapshotCreated: 10)
    }

    var output: FilePath { directory.appending("\(subject.id).index") }

    func build(_ spool: [UInt8]) throws {
        let file = directory.appending("\(subject.id).entries")
        try Data(spool).write(to: URL(filePath: file.string))
        try? FileManager.default.removeItem(atPath: output.string)
        try IndexBuilder.build(IndexRequest(subject: subject, spool: file.string, output: output.string))
    }

    func open() throws -> FileIndex {
        guard let index = try FileIndex.open(output, of: subject) else {
            throw BackupError(.notFound, "The index is about another export.")
        }
        return index
    }

    func build(_ body: (inout TestSpool) -> Void) throws -> FileIndex {
        var spool = TestSpool(inode: subject.inode)
        body(&spool)
        try build(spool.ended())
        return try open()
    }
}

extension FileIndex {
    func names(_ path: String, limit: Int = 10_000, offset: Int = 0) throws -> [String] {
        try list(Array(path.utf8), FilePage(limit: limit, offset: offset)).map {
            String(decoding: $0.path, as: UTF8.self)
        }
    }

    func search(_ text: String, limit: Int = 1000, offset: Int = 0) throws -> [String] {
        var search = try FileSearch(text, FilePage(limit: limit, offset: offset))
        try search.add(self)
        return try search.matches().map { String(decoding: $0.entry.path, as: UTF8.self) }
    }
}
