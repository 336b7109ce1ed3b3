import BackupModel
import ExportWorker
import Linux
import SystemPackage

/// What must be known of hard links while an archive is read, in files without names.
///
/// A hard link is another name of an earlier member. Where that one was not restored, as it was not selected or something else
/// was kept in its place, the link needs its content, for which the archive is read a second time.
struct LinkMap: ~Copyable {
    private static let headLength = 12

    private var passedOver: PathTable
    private var wanted: PathTable
    private var names: SpoolFile
    private let buffer = ByteBuffer()

    /// Makes an empty one.
    static func make(in directory: FilePath) throws(BackupError) -> LinkMap {
        do {
            return try LinkMap(
                try PathTable.make(in: directory),
                try PathTable.make(in: directory),
                SpoolFile(in: directory)
            )
        } catch let error as LinuxError {
            throw BackupError(spooling: error)
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError(.failed, "\(error)")
        }
    }

    private init(_ passedOver: consuming PathTable, _ wanted: consuming PathTable, _ names: consuming SpoolFile) {
        self.passedOver = passedOver
        self.wanted = wanted
        self.names = names
    }

    /// Takes note that `path` was selected, and is not what is now in its place.
    mutating func passOver(_ path: [UInt8]) throws(LinuxError) {
        try passedOver.set(1, for: path)
    }

    /// Whether `path` was passed over.
    mutating func isPassedOver(_ path: [UInt8]) throws(LinuxError) -> Bool {
        try passedOver.number(of: path) != nil
    }

    /// Takes note that `path` is still to be restored, with the content of `target`.
    mutating func want(_ path: [UInt8], from target: [UInt8]) throws(LinuxError) {
        let position = names.count
        let before = try wanted.number(of: target).map { $0 + 1 } ?? 0
        try names.append { buffer throws(LinuxError) in
            try buffer.append((0..<8).map { UInt8(truncatingIfNeeded: before >> (56 - 8 * UInt64($0))) })
            let length = UInt32(clamping: path.count)
            try buffer.append((0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) })
            try buffer.append(path)
        }
        try wanted.set(position, for: target)
    }

    /// Whether the archive must be read again.
    var isAnythingWanted: Bool { !wanted.isEmpty }

    /// Where the first of the paths is that want the content of `target`.
    mutating func first(wanting target: [UInt8]) throws(LinuxError) -> UInt64? {
        try wanted.number(of: target)
    }

    /// The path at `position`, and where the next one is that wants the same.
    mutating func path(at position: UInt64) throws(LinuxError) -> (path: [UInt8], next: UInt64?) {
        buffer.clear()
        try names.read(at: position, byteCount: Self.headLength, into: buffer)
        let head = buffer.array
        let before = head[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let length = head[8...].reduce(0) { $0 << 8 | Int($1) }
        buffer.clear()
        try names.read(at: position + UInt64(Self.headLength), byteCount: length, into: buffer)
        return (buffer.array, before == 0 ? nil : before - 1)
    }
}
