import BackupModel
import Linux
import SystemPackage

/// Under which name each file of a snapshot that has several was restored first; in files without names.
struct FirstNames: ~Copyable {
    private var positions: PathTable
    private var paths: SpoolFile
    private let buffer = ByteBuffer()

    /// Makes an empty one.
    static func make(in directory: FilePath) throws -> FirstNames {
        FirstNames(positions: try PathTable.make(in: directory), paths: try SpoolFile(in: directory))
    }

    private init(positions: consuming PathTable, paths: consuming SpoolFile) {
        self.positions = positions
        self.paths = paths
    }

    /// The name of a file; nil when it has none yet.
    mutating func path(of identity: FileIdentity) throws -> [UInt8]? {
        guard let position = try positions.number(of: Self.key(identity)) else { return nil }
        buffer.clear()
        try paths.read(at: position, byteCount: 4, into: buffer)
        let length = buffer.array.reduce(0) { $0 << 8 | Int($1) }
        buffer.clear()
        try paths.read(at: position + 4, byteCount: length, into: buffer)
        return buffer.array
    }

    /// Gives a file a name, in the place of the one it has.
    mutating func set(_ path: [UInt8], for identity: FileIdentity) throws {
        try positions.set(paths.count, for: Self.key(identity))
        let length = UInt32(clamping: path.count)
        try paths.append { buffer throws(LinuxError) in
            try buffer.append((0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) })
            try buffer.append(path)
        }
    }

    private static func key(_ identity: FileIdentity) -> [UInt8] {
        [identity.device, identity.inode].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        }
    }
}
