import Linux
public import SystemPackage

/// Compares two trees entry by entry, by everything an export keeps.
public struct TreeComparison {
    /// What differs, one line each; empty for equal trees.
    public private(set) var differences: [String] = []
    /// Entries looked at.
    public private(set) var entryCount = 0

    private let ignored: Set<[UInt8]>
    private var expectedLinks: [FileIdentity: String] = [:]
    private var foundLinks: [FileIdentity: String] = [:]

    /// Compares `found` with `expected`.
    /// - Parameter ignored: Paths below the roots that are not looked at, in either tree.
    public init(_ expected: FilePath, _ found: FilePath, ignoring ignored: [String] = []) throws {
        self.ignored = Set(ignored.map { Array($0.utf8) })
        let expected = try Descriptor.open(expected, [.readOnly, .directory])
        let found = try Descriptor.open(found, [.readOnly, .directory])
        try compare(expected.file, found.file, [])
    }

    private mutating func compare(_ expected: FileDescriptor, _ found: FileDescriptor, _ path: [UInt8]) throws {
        entryCount += 1
        let (one, other) = (try FileAttributes(of: expected), try FileAttributes(of: found))
        let name = printable(path)
        check(name, "type", one.kind, other.kind)
        guard one.kind == other.kind else { return }
        check(name, "permissions", String(one.permissions, radix: 8), String(other.permissions, radix: 8))
        check(name, "owner", one.userID, other.userID)
        check(name, "group", one.groupID, other.groupID)
        check(name, "modification time", one.modification, other.modification)
        check(name, "extended attributes", try attributes(of: expected), try attributes(of: found))
        compareLinks(name, one, other)
        switch one.kind {
        case .directory: try compareEntries(expected, found, path)
        case .symbolicLink: check(name, "target", try target(of: expected), try target(of: found))
        case .characterDevice, .blockDevice: check(name, "device", "\(one.specialDevice)", "\(other.specialDevice)")
        case .regular: try compareContents(name, expected, found, one.size, other.size)
        case .fifo, .socket, .unknown: break
        }
    }

    private mutating func check<Value: Equatable>(_ name: String, _ what: String, _ expected: Value, _ found: Value) {
        guard expected != found else { return }
        differences.append("\(name): \(what): expected \(expected), found \(found)")
    }

    /// Names of one file in one tree are names of one file in the other, called here by the first that is met.
    private mutating func compareLinks(_ name: String, _ one: FileAttributes, _ other: FileAttributes) {
        guard one.kind != .directory else { return }
        check(name, "link count", one.linkCount, other.linkCount)
        let expected = expectedLinks[one.identity] ?? name
        let found = foundLinks[other.identity] ?? name
        expectedLinks[one.identity] = expected
        foundLinks[other.identity] = found
        check(name, "same file as", expected, found)
    }

    private mutating func compareEntries(_ expected: FileDescriptor, _ found: FileDescriptor, _ path: [UInt8]) throws {
        let (one, other) = (try names(in: expected, below: path), try names(in: found, below: path))
        for name in one.subtracting(other) { differences.append("\(printable(below(path, name))): missing") }
        for name in other.subtracting(one) { differences.append("\(printable(below(path, name))): not expected") }
        for name in one.intersection(other).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let entry = EntryPath(bytes: name)
            let oneEntry = try handle(of: entry, in: expected)
            let otherEntry = try handle(of: entry, in: found)
            try compare(oneEntry.file, otherEntry.file, below(path, name))
        }
    }

    /// A directory or regular file open for reading, or a handle of anything else.
    private func handle(of entry: EntryPath, in directory: FileDescriptor) throws -> Descriptor {
        switch try FileAttributes(of: entry, in: directory).kind {
        case .directory, .regular: try directory.openEntry(entry)
        default: try directory.openHandle(entry)
        }
    }

    private func names(in directory: FileDescriptor, below path: [UInt8]) throws -> Set<[UInt8]> {
        let reader = DirectoryReader()
        let entry = EntryPath()
        var names: Set<[UInt8]> = []
        while try reader.next(in: directory, appendingTo: entry) != nil {
            if !ignored.contains(below(path, entry.bytes)) { names.insert(entry.bytes) }
            entry.truncate(to: 0)
        }
        return names
    }

    private func below(_ path: [UInt8], _ name: [UInt8]) -> [UInt8] {
        path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
    }

    private func attributes(of file: FileDescriptor) throws -> [String: [UInt8]] {
        let attributes = ExtendedAttributes()
        try attributes.read(ofHandle: file)
        return attributes.dictionary
    }

    private func target(of link: FileDescriptor) throws -> String {
        let buffer = ByteBuffer()
        try link.readLinkTarget(into: buffer)
        return printable(buffer.array)
    }

    private mutating func compareContents(
        _ name: String,
        _ expected: FileDescriptor,
        _ found: FileDescriptor,
        _ expectedSize: UInt64,
        _ foundSize: UInt64
    ) throws {
        check(name, "size", expectedSize, foundSize)
        guard expectedSize == foundSize else { return }
        let extents = try expected.dataExtents(size: expectedSize, limit: .max)
        check(name, "data between holes", extents, try found.dataExtents(size: foundSize, limit: .max))
        let (one, other) = (ByteBuffer(), ByteBuffer())
        for extent in extents {
            var offset = extent.offset
            while offset < extent.offset + extent.byteCount {
                let count = Int(min(1 << 20, extent.offset + extent.byteCount - offset))
                one.clear()
                other.clear()
                _ = try one.read(from: expected, at: offset, byteCount: count)
                _ = try other.read(from: found, at: offset, byteCount: count)
                guard one.array == other.array else { return check(name, "content", "some at \(offset)", "other") }
                offset += UInt64(count)
            }
        }
    }
}

extension FileAttributes {
    fileprivate var modification: String { "\(modificationSeconds) s + \(modificationNanoseconds) ns" }
}
