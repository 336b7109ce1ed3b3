import BackupModel
import Digest
import ExportWorker
import Linux
import SystemPackage

/// A number for each of any number of paths: a hash table in a file, so that it takes no memory.
struct PathTable: ~Copyable {
    private static let slotSize: UInt64 = 32
    private static let keyLength = 16
    private static let firstSlotCount: UInt64 = 1024
    private static let used: UInt8 = 1

    private let directory: FilePath
    private var file: SpoolFile
    private var hash: SHA256
    private var slotCount: UInt64
    private var count: UInt64 = 0
    private let buffer = ByteBuffer()
    /// Keeps who made the archive from choosing paths that meet in the table.
    private let seed = (0..<16).map { _ in UInt8.random(in: 0...255) }

    /// Makes an empty one, with a file without a name in `directory`.
    static func make(in directory: FilePath) throws(BackupError) -> PathTable {
        guard let hash = SHA256() else { throw BackupError(.failed, "libgcrypt can't be used for SHA-256.") }
        do {
            return PathTable(directory, try file(in: directory, slotCount: firstSlotCount), hash)
        } catch {
            throw BackupError(spooling: error)
        }
    }

    private init(_ directory: FilePath, _ file: consuming SpoolFile, _ hash: consuming SHA256) {
        self.directory = directory
        self.file = file
        self.hash = hash
        slotCount = Self.firstSlotCount
    }

    private static func file(in directory: FilePath, slotCount: UInt64) throws(LinuxError) -> SpoolFile {
        var file = try SpoolFile(in: directory)
        try file.write([0], at: slotCount * slotSize - 1)
        return file
    }

    /// Whether it holds nothing.
    var isEmpty: Bool { count == 0 }

    /// The number of `path`; nil when it has none.
    mutating func number(of path: [UInt8]) throws(LinuxError) -> UInt64? {
        guard count > 0 else { return nil }
        let (_, slot) = try find(key(path))
        guard slot[0] == Self.used else { return nil }
        return slot[(1 + Self.keyLength)..<(9 + Self.keyLength)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Gives `path` a number, in the place of the one it has.
    mutating func set(_ number: UInt64, for path: [UInt8]) throws(LinuxError) {
        if count >= slotCount / 2 { try grow() }
        let key = key(path)
        let (offset, slot) = try find(key)
        if slot[0] != Self.used { count += 1 }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        try file.write([Self.used] + key + bytes, at: offset)
    }

    private mutating func grow() throws(LinuxError) {
        var old = try Self.file(in: directory, slotCount: slotCount * 4)
        swap(&old, &file)
        let oldSlotCount = slotCount
        slotCount *= 4
        let window = ByteBuffer()
        let perWindow: UInt64 = 1024
        for start in stride(from: 0, to: oldSlotCount, by: Int(perWindow)) {
            window.clear()
            try old.read(at: start * Self.slotSize, byteCount: Int(perWindow * Self.slotSize), into: window)
            let slots = window.array
            for first in stride(from: 0, to: slots.count, by: Int(Self.slotSize)) where slots[first] == Self.used {
                let slot = slots[first..<(first + 9 + Self.keyLength)]
                let (offset, _) = try find(Array(slot[(first + 1)...].prefix(Self.keyLength)))
                try file.write(Array(slot), at: offset)
            }
        }
    }

    private mutating func key(_ path: [UInt8]) -> [UInt8] {
        let seed = seed
        hash.update(seed.span)
        hash.update(path.span)
        return Array(hash.next().array.prefix(Self.keyLength))
    }

    /// The slot of `key`, or the free one where it belongs: there are always more than are used.
    private mutating func find(_ key: [UInt8]) throws(LinuxError) -> (offset: UInt64, slot: [UInt8]) {
        var index = key.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % slotCount
        while true {
            buffer.clear()
            let offset = index * Self.slotSize
            try file.read(at: offset, byteCount: Int(Self.slotSize), into: buffer)
            let slot = buffer.array
            if slot[0] != Self.used || slot[1...].starts(with: key) { return (offset, slot) }
            index = (index + 1) % slotCount
        }
    }
}
