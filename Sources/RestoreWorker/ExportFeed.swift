import BackupModel
import Digest
import ExportWorker
import Linux
import SystemPackage

/// The file of an export, read from start to end: to gpg, and into its SHA-256.
final class ExportFeed: Sendable {
    private static let chunkSize = 256 << 10
    /// What is still read for the file's sum alone once gpg wants no more.
    private static let worthReading: UInt64 = 256 << 20

    private let content: ContentFile
    private let pacing: Pacing
    private let tally: Tally
    /// Bytes of the file.
    let size: UInt64

    /// Opens the file at `path`, which must be a regular one.
    /// - Throws: `BackupError` with `notFound` or `failed`.
    static func open(_ path: FilePath, _ pacing: Pacing, _ tally: Tally) throws(BackupError) -> ExportFeed {
        do throws(LinuxError) {
            // Not waiting for whoever writes to a pipe that was put in its place.
            let file = try Descriptor.open(path, [.readOnly, .noFollow, .nonBlocking])
            let status = try file.status()
            guard status.kind == .regular else {
                throw LinuxError(.invalidArgument, "open \(path), which is no regular file")
            }
            return ExportFeed(ContentFile(file, size: status.size), status.size, pacing, tally)
        } catch {
            guard error.errno != .noSuchFileOrDirectory else {
                throw BackupError(.notFound, "There is no file \(path); Backup1.GetList tells which exports there are.")
            }
            throw BackupError(
                .failed,
                "The export \(path) can't be opened (\(error.operation): \(error.errno)).",
                cause: error
            )
        }
    }

    private init(_ content: ContentFile, _ size: UInt64, _ pacing: Pacing, _ tally: Tally) {
        self.content = content
        self.size = size
        self.pacing = pacing
        self.tally = tally
    }

    /// Reads all of the file and writes it to `pipe`, one prepared for pacing, for as long as its reader takes it.
    ///
    /// - Parameter pipeHasEnded: Called once nothing more is written.
    /// - Returns: The SHA-256 of the file, in hexadecimal; nil when the reader went away long before the end.
    func run(to pipe: FileDescriptor, pipeHasEnded: () -> Void) throws(BackupError) -> String? {
        guard var digest = SHA256() else { throw BackupError(.failed, "libgcrypt can't be used for SHA-256.") }
        let buffer = ByteBuffer(capacity: Self.chunkSize)
        var position: UInt64 = 0
        var isTaken = true
        while position < size {
            if !isTaken, size - position > Self.worthReading { return nil }
            buffer.clear()
            try read(at: position, into: buffer)
            position += UInt64(buffer.count)
            unsafe digest.update(buffer.bytes)
            if isTaken {
                isTaken = try write(buffer, to: pipe)
                if !isTaken { pipeHasEnded() }
            }
            tally.addContent(UInt64(buffer.count))
        }
        if isTaken { pipeHasEnded() }
        return digest.hexadecimal()
    }

    private func read(at position: UInt64, into buffer: ByteBuffer) throws(BackupError) {
        let wanted = Int(min(UInt64(Self.chunkSize), size - position))
        let count: Int
        do {
            count = try content.read(into: buffer, at: position, byteCount: wanted, pacing)
        } catch {
            throw BackupError(
                .failed,
                "The export could not be read at byte \(position): \(error.errno); check the disk.",
                cause: error
            )
        }
        guard count == wanted else { throw BackupError(.failed, "The export was cut short while it was read.") }
    }

    /// - Returns: Whether it was taken.
    private func write(_ buffer: ByteBuffer, to pipe: FileDescriptor) throws(BackupError) -> Bool {
        do {
            try unsafe pipe.writePaced(buffer.bytes)
            return true
        } catch {
            guard error.errno == .brokenPipe else {
                throw BackupError(.failed, "The export could not be handed to gpg: \(error.errno).", cause: error)
            }
            return false
        }
    }
}
