import BackupModel
import Digest
import ExportWorker
import Linux
import SystemPackage

/// What the targets of an archive's hard links are, by their paths: a hash table in a file, so that it takes no memory.
struct LinkTargets: ~Copyable {
    /// What is known of a target.
    enum Target: Equatable {
        /// No member of its name was there before.
        case missing
        case file(ContentDigest)
        /// It has no content.
        case other
    }

    private static let slotSize = 64
    private static let keyLength = 16
    private static let digestLength = 32
    private static let free: UInt8 = 0
    private static let missing = UInt8(ascii: "m")
    private static let other = UInt8(ascii: "o")
    private static let whole = UInt8(ascii: "w")
    private static let dataOnly = UInt8(ascii: "d")

    private var file: SpoolFile
    private var hash: SHA256
    private let slotCount: UInt64
    private let buffer = ByteBuffer()
    /// Keeps who made the archive from choosing paths that meet in the table.
    private let seed = (0..<16).map { _ in UInt8.random(in: 0...255) }

    /// Makes a table for at most `count` targets.
    static func make(count: UInt64, in directory: FilePath) throws -> LinkTargets {
        guard let hash = SHA256() else { throw BackupError(.failed, "libgcrypt can't be used for SHA-256.") }
        let slotCount = max(16, 2 * count)
        var file = try SpoolFile(in: directory)
        try file.write([0], at: slotCount * UInt64(slotSize) - 1)
        return LinkTargets(file: file, hash: hash, slotCount: slotCount)
    }

    private init(file: consuming SpoolFile, hash: consuming SHA256, slotCount: UInt64) {
        self.file = file
        self.hash = hash
        self.slotCount = slotCount
    }

    /// Makes `path` one that is asked for.
    mutating func want(_ path: [UInt8]) throws(LinuxError) {
        let key = key(path)
        let (slot, state, _) = try find(key)
        if state == Self.free { try file.write(key + [Self.missing], at: slot) }
    }

    /// Notes what `path` is, if it is asked for.
    mutating func note(_ path: [UInt8], _ digest: ContentDigest?) throws(LinuxError) {
        let key = key(path)
        let (slot, state, _) = try find(key)
        guard state != Self.free else { return }
        guard let digest else { return try file.write(key + [Self.other], at: slot) }
        try file.write(key + [digest.isOfDataOnly ? Self.dataOnly : Self.whole] + digest.value.array, at: slot)
    }

    /// What was noted of `path`.
    mutating func target(_ path: [UInt8]) throws(LinuxError) -> Target {
        let (_, state, digest) = try find(key(path))
        switch state {
        case Self.other: return .other
        case Self.whole, Self.dataOnly:
            guard let value = SHA256.Value(bytes: digest) else { return .missing }
            return .file(ContentDigest(value: value, isOfDataOnly: state == Self.dataOnly))
        default: return .missing
        }
    }

    private mutating func key(_ path: [UInt8]) -> [UInt8] {
        let seed = seed
        hash.update(seed.span)
        hash.update(path.span)
        return Array(hash.next().array.prefix(Self.keyLength))
    }

    /// The slot of `key`, or the free one where it belongs: there are twice as many as there are keys.
    private mutating func find(_ key: [UInt8]) throws(LinuxError) -> (offset: UInt64, state: UInt8, digest: [UInt8]) {
        var slot = key.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % slotCount
        while true {
            buffer.clear()
            let offset = slot * UInt64(Self.slotSize)
            try file.read(at: offset, byteCount: Self.slotSize, into: buffer)
            let content = buffer.array
            let state = content[Self.keyLength]
            if state == Self.free || content.starts(with: key) {
                let digest = content[(Self.keyLength + 1)..<(Self.keyLength + 1 + Self.digestLength)]
                return (offset, state, Array(digest))
            }
            slot = (slot + 1) % slotCount
        }
    }
}
