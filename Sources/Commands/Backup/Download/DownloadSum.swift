import BackupModel
import Digest
import Linux

/// The SHA-256 of what is downloaded.
struct DownloadSum: ~Copyable {
    private var digest: SHA256

    /// Starts one.
    init() throws(BackupError) {
        guard let digest = SHA256() else {
            throw BackupError(.failed, "The SHA-256 can't be computed, as libgcrypt can't be used.")
        }
        self.digest = digest
    }

    /// Adds what `buffer` holds.
    mutating func add(_ buffer: ByteBuffer) {
        unsafe digest.update(buffer.bytes)
    }

    /// Adds what is in `file` from where it is read next, at most `limit` bytes, and returns how many they were.
    mutating func add(_ file: borrowing Descriptor, limit: UInt64, _ progress: DownloadProgress) throws -> UInt64 {
        let buffer = ByteBuffer(capacity: Download.pieceByteCount)
        var position: UInt64 = 0
        while position < limit {
            try progress.note(position)
            buffer.clear()
            let count = try buffer.read(
                from: file.file,
                limit: Int(min(UInt64(Download.pieceByteCount), limit - position))
            )
            guard count > 0 else { break }
            add(buffer)
            position += UInt64(count)
        }
        return position
    }

    /// The sum, in lower-case hexadecimal.
    consuming func hexadecimal() -> String {
        digest.hexadecimal()
    }
}
