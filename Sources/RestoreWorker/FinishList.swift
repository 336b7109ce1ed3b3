import Archive
import Linux
import SystemPackage

/// What is still to be done once all contents are there: the metadata of directories, and flags; kept aside, not in memory.
struct FinishList: ~Copyable {
    /// One of them.
    struct Item: Equatable {
        /// What it is to become; of a file, only the flags are still to be set.
        var entry: BackupEntry
        var root: Int
        /// Where it is below the root.
        var path: [UInt8]
        /// What it must be, as others may have put something else in its place meanwhile.
        var identity: FileIdentity
        /// Whether the directory was made.
        var isNew: Bool
    }

    private var spool: SpoolFile
    private var end: UInt64?
    private let buffer = ByteBuffer()

    /// Makes an empty one, with a file without a name in `directory`.
    init(in directory: FilePath) throws(LinuxError) {
        spool = try SpoolFile(in: directory)
    }

    /// Adds one.
    mutating func append(_ item: Item) throws(LinuxError) {
        var record = FinishRecord()
        let entry = item.entry
        let numbers: [UInt64] = [
            entry.kind == .directory ? 1 : 0, item.isNew ? 1 : 0, entry.hasForeignACL ? 1 : 0,
            UInt64(entry.permissions), UInt64(entry.userID), UInt64(entry.groupID),
            UInt64(bitPattern: entry.modificationSeconds), UInt64(entry.modificationNanoseconds), entry.flags.rawValue,
            UInt64(clamping: item.root), item.identity.device, item.identity.inode, UInt64(entry.attributes.count),
        ]
        for number in numbers { record.put(number) }
        record.put(entry.path)
        record.put(item.path)
        for attribute in entry.attributes {
            record.put(attribute.name)
            record.put(attribute.value)
        }
        let bytes = record.bytes
        var tail = FinishRecord()
        tail.put(UInt64(bytes.count))
        try spool.append { buffer throws(LinuxError) in try buffer.append(bytes + tail.bytes) }
    }

    /// Takes out the one that was added last; nil when there is none left.
    mutating func popLast() throws(LinuxError) -> Item? {
        let end = end ?? spool.count
        guard end > 0 else { return nil }
        var tail = FinishRecord(bytes: try read(end - 8, 8))
        let length = tail.takeNumber()
        guard length <= end - 8 else { throw LinuxError(.ioError, "read what was kept aside") }
        var record = FinishRecord(bytes: try read(end - 8 - length, length))
        self.end = end - 8 - length
        var entry = BackupEntry()
        let isDirectory = record.takeNumber() == 1
        entry.kind = isDirectory ? .directory : .regular
        let isNew = record.takeNumber() == 1
        entry.hasForeignACL = record.takeNumber() == 1
        entry.permissions = UInt32(truncatingIfNeeded: record.takeNumber())
        entry.userID = UInt32(truncatingIfNeeded: record.takeNumber())
        entry.groupID = UInt32(truncatingIfNeeded: record.takeNumber())
        entry.modificationSeconds = Int64(bitPattern: record.takeNumber())
        entry.modificationNanoseconds = UInt32(truncatingIfNeeded: record.takeNumber())
        entry.flags = FileAttributes.Flags(rawValue: record.takeNumber())
        let root = Int(clamping: record.takeNumber())
        let identity = FileIdentity(device: record.takeNumber(), inode: record.takeNumber())
        let attributeCount = record.takeNumber()
        entry.path = record.takeBytes()
        let path = record.takeBytes()
        for _ in 0..<attributeCount {
            entry.attributes.append(ExtendedAttribute(name: record.takeBytes(), value: record.takeBytes()))
        }
        return Item(entry: entry, root: root, path: path, identity: identity, isNew: isNew)
    }

    private mutating func read(_ offset: UInt64, _ byteCount: UInt64) throws(LinuxError) -> [UInt8] {
        buffer.clear(keeping: 1 << 20)
        try spool.read(at: offset, byteCount: Int(clamping: byteCount), into: buffer)
        return buffer.array
    }
}

/// Numbers and bytes one after another.
private struct FinishRecord {
    private(set) var bytes: [UInt8] = []
    private var position = 0

    init(bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    mutating func put(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func put(_ value: [UInt8]) {
        put(UInt64(value.count))
        bytes += value
    }

    mutating func takeNumber() -> UInt64 {
        let part = bytes[min(position, bytes.count)...].prefix(8)
        position += 8
        return part.reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func takeBytes() -> [UInt8] {
        let count = Int(clamping: takeNumber())
        let part = bytes[min(position, bytes.count)...].prefix(count)
        position += part.count
        return Array(part)
    }
}
