import FoundationEssentials
import GRDB

/// The names of some entries in a row, as they are compared, and the directories they are in.
///
/// A slash stands before each name, another one after that of a directory, and one at the end: "/a//b/" is a directory `a` and
/// after it something else, `b`. So a text with slashes around it is found where a name begins or ends with it, or is that of a directory.
/// For each entry there is a number, seven bits in a byte, the lowest first: 0 when it is in the same directory
/// as the one before, otherwise how far before the entry its directory is.
struct NameBlock {
    /// How many entries there are in a block, but for the last.
    static let entryCount: Int64 = 64

    private static let slash = UInt8(ascii: "/")

    /// The number of its first entry.
    let first: Int64
    private(set) var names: [UInt8] = []
    /// Where the directories are.
    private(set) var parents: [UInt8] = []
    private var count: Int64 = 0
    private var parent: Int64 = -1

    /// An empty block, whose first entry is to be that numbered `first`.
    init(first: Int64) {
        self.first = first
    }

    /// A block from its parts.
    init(first: Int64, names: [UInt8], parents: [UInt8]) {
        self.first = first
        self.names = names
        self.parents = parents
    }

    /// The block in a row with its number, its names and its directories.
    init(_ row: Row) throws {
        guard let number = Int64.fromDatabaseValue(row[0]), let names = Data.fromDatabaseValue(row[1]),
            let parents = Data.fromDatabaseValue(row[2]), (0..<(.max / Self.entryCount - 1)).contains(number)
        else { throw Damage() }
        self.init(first: number * Self.entryCount + 1, names: [UInt8](names), parents: [UInt8](parents))
    }

    /// The number of the block with the entry numbered `id`.
    static func number(of id: Int64) -> Int64 { (id - 1) / entryCount }

    var isFull: Bool { count >= Self.entryCount }

    /// Adds the entry after the last one.
    mutating func add(_ name: [UInt8], in directory: Int64, isDirectory: Bool) {
        names.append(Self.slash)
        names += name
        if isDirectory { names.append(Self.slash) }
        var number = directory == parent ? 0 : first + count - directory
        while number > 0x7F {
            parents.append(UInt8(truncatingIfNeeded: number) | 0x80)
            number >>= 7
        }
        parents.append(UInt8(truncatingIfNeeded: number))
        parent = directory
        count += 1
    }

    /// Adds what stands at the end.
    mutating func end() { names.append(Self.slash) }
}

/// Reads the entries of a block.
struct NameBlockReader {
    private static let slash = UInt8(ascii: "/")

    /// The names of all of them.
    let names: [UInt8]
    private let parents: [UInt8]
    private let end: Int64
    private var id: Int64
    private var parent: Int64 = -1
    private var start = 0
    private var position = 0

    init(_ block: NameBlock) {
        names = block.names
        parents = block.parents
        id = block.first
        end = block.first + NameBlock.entryCount
    }

    /// The next entry; nil at the end.
    /// - Throws: ``Damage`` when there is another number of names than of directories, or one that can't be.
    mutating func next() throws -> NameBlockEntry? {
        guard start + 1 < names.count else {
            guard position == parents.count else { throw Damage() }
            return nil
        }
        var last = start + 1
        while last < names.count, names[last] != Self.slash { last += 1 }
        guard names[start] == Self.slash, last > start + 1, last < names.count, id < end else { throw Damage() }
        let distance = try number()
        if distance > 0 { parent = id - distance }
        guard parent >= 0, parent < id else { throw Damage() }
        let isDirectory = last + 1 < names.count && names[last + 1] == Self.slash
        let entry = NameBlockEntry(id: id, parent: parent, name: (start + 1)..<last, isDirectory: isDirectory)
        start = isDirectory ? last + 1 : last
        id += 1
        return entry
    }

    private mutating func number() throws -> Int64 {
        var (number, shift) = (Int64(0), Int64(0))
        while position < parents.count, shift < 63 {
            let byte = parents[position]
            position += 1
            number |= Int64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
            shift += 7
        }
        throw Damage()
    }
}

/// One of the entries in a block.
struct NameBlockEntry {
    let id: Int64
    /// The number of its directory.
    let parent: Int64
    /// Where its name is among those of the block.
    let name: Range<Int>
    let isDirectory: Bool

    /// The innermost directory that what comes after it can be in.
    var directory: Int64 { isDirectory ? id : parent }
}
