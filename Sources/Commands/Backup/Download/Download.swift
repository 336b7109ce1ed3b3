import BackupModel
import Digest
import Linux
import SystemPackage

/// A backup's file on its way to a file of the user's.
///
/// It is written under a hidden name that holds the beginning of its SHA-256, so that a later download of the same backup
/// goes on where this one was cut off; it gets its own name when it is complete, right and on stable storage.
struct Download: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// The SHA-256 of what is in the file.
        let sha256: String
        /// Bytes that were there before.
        let keptByteCount: UInt64
    }

    let id: SnapshotID
    let source: SharedDescriptor
    let byteCount: UInt64
    /// What the service says of the file; empty where that is not known.
    let sha256: String
    let target: DownloadTarget

    static let pieceByteCount = 1 << 20

    /// The name while it is written.
    var partialName: FilePath {
        let mark = sha256.isEmpty ? "" : ".\(sha256.prefix(16))"
        return FilePath(".\(target.name)\(mark).partial")
    }

    /// Does all of it, and tells `progress` of it; blocks.
    /// - Throws: `BackupError`; `CancellationError` where `progress` says that it is to stop.
    func run(_ progress: DownloadProgress) throws -> Outcome {
        do {
            let folder = try target.openDirectory()
            if try target.exists(in: folder) { return try alreadyThere(folder, progress) }
            let partial = try folder.open(
                partialName,
                [.readWrite, .create, .noFollow],
                permissions: [.ownerReadWrite]
            )
            guard try partial.lockWithoutWaiting() else {
                throw BackupError(.busy, "Another download of backup \(id) to \(target.text) runs; wait for it to end.")
            }
            do {
                let outcome = try fill(partial, progress, folder)
                try partial.synchronize()
                try target.takeName(partialName, in: folder)
                return outcome
            } catch {
                // Nobody could tell whether another download may go on with it.
                if sha256.isEmpty { try folder.removeFileIfThere(partialName) }
                throw error
            }
        } catch let error as LinuxError {
            throw BackupError(download: error, to: target)
        }
    }

    /// What is there under the name already, if it is the backup.
    private func alreadyThere(_ folder: borrowing Descriptor, _ progress: DownloadProgress) throws -> Outcome {
        let file = try folder.open(FilePath(target.name), [.readOnly, .noFollow, .nonBlocking])
        let status = try file.status()
        if status.kind == .regular, status.size == byteCount, !sha256.isEmpty {
            var sum = try DownloadSum()
            _ = try sum.add(file, limit: byteCount, progress)
            guard sum.hexadecimal() != sha256 else { return Outcome(sha256: sha256, keptByteCount: byteCount) }
        }
        throw target.taken
    }

    /// Writes what `partial` lacks, and looks whether all of it is right.
    private func fill(
        _ partial: borrowing Descriptor,
        _ progress: DownloadProgress,
        _ folder: borrowing Descriptor
    ) throws -> Outcome {
        var sum = try DownloadSum()
        let size = try partial.status().size
        var kept: UInt64 = 0
        if sha256.isEmpty || size > byteCount {
            try partial.clear()
        } else {
            kept = try sum.add(partial, limit: size, progress)
        }
        try copy(from: kept, to: partial, &sum, progress)
        var found = sum.hexadecimal()
        if found != sha256, kept > 0 {
            // What was there from before may have been damaged meanwhile.
            progress.restart()
            try partial.clear()
            kept = 0
            var sum = try DownloadSum()
            try copy(from: 0, to: partial, &sum, progress)
            found = sum.hexadecimal()
        }
        guard sha256.isEmpty || found == sha256 else {
            try folder.removeFile(partialName)
            throw BackupError(
                .corrupt,
                "The file of backup \(id) has the SHA-256 \(found), where it had \(sha256) when it was written; it was not "
                    + "kept. Look into the health of the disk, and make a new backup."
            )
        }
        return Outcome(sha256: found, keptByteCount: kept)
    }

    private func copy(
        from start: UInt64,
        to partial: borrowing Descriptor,
        _ sum: inout DownloadSum,
        _ progress: DownloadProgress
    ) throws {
        let buffer = ByteBuffer(capacity: Self.pieceByteCount)
        var position = start
        while position < byteCount {
            try progress.note(position)
            buffer.clear()
            let limit = Int(min(UInt64(Self.pieceByteCount), byteCount - position))
            let count = try buffer.read(from: source.file, at: position, byteCount: limit)
            guard count > 0 else {
                throw BackupError(
                    .corrupt,
                    "The file of backup \(id) ended after \(position) of \(byteCount) bytes; try again, or make a new backup."
                )
            }
            sum.add(buffer)
            try partial.write(contentsOf: buffer)
            position += UInt64(count)
        }
        try progress.note(position)
    }
}
