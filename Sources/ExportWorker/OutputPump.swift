import BackupModel
import Digest
import Linux
import SystemPackage

/// Takes the encrypted stream from gpg, and writes it where it belongs: one thread reads and digests, another writes.
final class OutputPump: Sendable {
    private static let bufferSize = 1 << 20
    private static let bufferCount = 4
    /// How much is written at once while the disk is shared with others.
    private static let pieceSize = 256 << 10

    private let queue = BufferQueue(count: bufferCount, capacity: bufferSize)
    private let target: FileDescriptor
    private let maxRate: UInt64
    private let tally: Tally
    private let pacing: Pacing

    init(to target: FileDescriptor, maxRate: UInt64, tally: Tally, pacing: Pacing) {
        self.target = target
        self.maxRate = maxRate
        self.tally = tally
        self.pacing = pacing
    }

    /// Reads all of `source`, a pipe prepared for pacing, and passes it on to ``write()``.
    /// - Returns: The digest, in hexadecimal; nil when there was nothing to read.
    func read(from source: FileDescriptor) throws(BackupError) -> String? {
        guard var digest = SHA256() else { throw BackupError(.failed, "libgcrypt can't be used for SHA-256.") }
        let isRegular = OutputFile.isRegular(target)
        let chunkSize = RateLimit(bytesPerSecond: maxRate).chunkSize(atMost: Self.bufferSize)
        var byteCount = 0
        var isComplete = false
        while !isComplete, let buffer = queue.nextFree() {
            isComplete = try fill(buffer, from: source, chunkSize: chunkSize, whole: isRegular)
            if byteCount == 0 { try checkIsEncrypted(buffer) }
            byteCount += buffer.count
            unsafe digest.update(buffer.bytes)
            queue.put(buffer)
        }
        queue.end()
        return byteCount > 0 ? digest.hexadecimal() : nil
    }

    /// Reads a chunk: a whole one for a file, for a pipe what there is.
    /// - Returns: Whether the stream has ended.
    private func fill(_ buffer: ByteBuffer, from source: FileDescriptor, chunkSize: Int, whole: Bool)
        throws(BackupError)
        -> Bool
    {
        do {
            repeat {
                let count = try source.readPaced(into: buffer, limit: chunkSize - buffer.count)
                if count == 0 { return true }
            } while whole && buffer.count < chunkSize
            return false
        } catch {
            throw BackupError(.failed, "gpg's output could not be read: \(error.errno).", cause: error)
        }
    }

    /// Nothing goes out unless it starts as an encrypted OpenPGP message does: with a session key for a public key (tag 1)
    /// or a password (tag 3); see RFC 4880, section 4.2.
    private func checkIsEncrypted(_ buffer: ByteBuffer) throws(BackupError) {
        guard let first = buffer.byte(at: 0) else { return }
        let tag = first & 0x40 != 0 ? first & 0x3F : (first & 0x3C) >> 2
        guard first & 0x80 != 0, tag == 1 || tag == 3 else {
            throw BackupError(.failed, "gpg's output does not start as an encrypted message; nothing was written.")
        }
    }

    /// Writes all that is read.
    func write() throws(BackupError) {
        var output = OutputFile(target)
        var limit = RateLimit(bytesPerSecond: maxRate)
        while let buffer = queue.nextFull() {
            limit.wait(for: buffer.count)
            do {
                try write(buffer, to: &output)
            } catch {
                throw BackupError(writing: error, after: tally.byteCount)
            }
            tally.addWritten(buffer.count)
            queue.giveBack(buffer)
        }
    }

    /// Writes to a file in turns with others; a pipe takes what it does when it does.
    private func write(_ buffer: ByteBuffer, to output: inout OutputFile) throws(LinuxError) {
        guard output.isRegular else { return try output.write(buffer, 0..<buffer.count) }
        var position = 0
        while position < buffer.count {
            pacing.enter()
            defer { pacing.leave() }
            let end = pacing.isShared ? min(position + Self.pieceSize, buffer.count) : buffer.count
            try output.write(buffer, position..<end)
            position = end
        }
    }
}

extension BackupError {
    /// The encrypted stream could not be written on, after `byteCount` bytes of it.
    fileprivate init(writing error: LinuxError, after byteCount: UInt64) {
        switch error.errno {
        case .noSpace, .diskQuotaExceeded:
            self.init(
                .noSpace,
                "There was no space left for the export after \(byteCount) bytes of it; free some or delete an old export, then "
                    + "start it again.",
                cause: error
            )
        case .brokenPipe, .connectionReset:
            self.init(.cancelled, "Whoever receives the export closed it after \(byteCount) bytes.", cause: error)
        default:
            self.init(
                .failed,
                "The export could not be written on after \(byteCount) bytes: \(error.errno).",
                cause: error
            )
        }
    }
}
