import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// The records of the entries, from which the index is made when the export is in its place; see ``EntrySpoolFormat``.
///
/// An export is worth more than its index: when a record can't be kept there will be no index, and the export goes on.
struct EntrySpool: ~Copyable {
    private var spool: SpoolFile
    private var count: UInt64 = 0
    private var previous: [UInt8] = []
    private var record: [UInt8] = []
    /// Why the records are not complete.
    private(set) var failure: LinuxError?

    /// Makes the file `path`, which must not be there, for the archive that goes to `output`.
    static func start(_ path: FilePath, output: FileDescriptor) throws(LinuxError) -> EntrySpool {
        var spool = try SpoolFile(named: path)
        let inode = try FileAttributes(of: output).identity.inode
        try spool.append { buffer throws(LinuxError) in
            try buffer.append(EntrySpoolFormat.magic)
            var header: [UInt8] = []
            header.append(littleEndian: inode)
            try buffer.append(header)
        }
        return EntrySpool(spool: spool)
    }

    private init(spool: consuming SpoolFile) {
        self.spool = spool
    }

    /// Adds an entry of the archive.
    mutating func add(_ path: EntryPath, _ attributes: FileAttributes, isHardLink: Bool) {
        guard failure == nil, let kind = attributes.entryKind else { return }
        let shared = path.withBytes(from: 0) { $0.sharedPrefix(with: previous) }
        record.removeAll(keepingCapacity: true)
        record.append(littleEndian: UInt32(clamping: shared))
        record.append(littleEndian: UInt32(clamping: path.count - shared))
        record.append(littleEndian: kind.modeBits | attributes.permissions)
        record.append(littleEndian: attributes.userID)
        record.append(littleEndian: attributes.groupID)
        record.append(littleEndian: kind == .file || kind == .symbolicLink ? attributes.size : 0)
        record.append(littleEndian: attributes.modificationSeconds)
        record.append(littleEndian: attributes.modificationNanoseconds)
        record.append(isHardLink ? EntrySpoolFormat.hardLinkFlag : 0)
        path.withBytes(from: shared) { suffix in
            previous.removeLast(previous.count - shared)
            for index in suffix.indices { previous.append(suffix[index]) }
        }
        record.append(contentsOf: previous[shared...])
        count += 1
        write()
    }

    /// Adds the end mark, without which no index is made.
    mutating func end() {
        record.removeAll(keepingCapacity: true)
        record.append(littleEndian: EntrySpoolFormat.endMark)
        record.append(littleEndian: count)
        guard failure == nil else { return }
        write()
        do {
            try spool.flush()
        } catch {
            failure = error
        }
    }

    private mutating func write() {
        do {
            let record = record
            try spool.append { buffer throws(LinuxError) in try buffer.append(record) }
        } catch {
            failure = error
        }
    }
}

extension FileAttributes {
    /// What the index calls a file of this type; nil for one that no archive holds.
    fileprivate var entryKind: FileEntry.Kind? {
        switch kind {
        case .regular: .file
        case .directory: .directory
        case .symbolicLink: .symbolicLink
        case .fifo: .fifo
        case .characterDevice: .characterDevice
        case .blockDevice: .blockDevice
        case .socket, .unknown: nil
        }
    }
}

extension Span<UInt8> {
    /// How many bytes at the start are those of `other`.
    fileprivate func sharedPrefix(with other: [UInt8]) -> Int {
        let limit = Swift.min(count, other.count)
        var shared = 0
        while shared < limit, self[shared] == other[shared] { shared += 1 }
        return shared
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
