package import BackupModel
import Digest
import ExportProtocol
package import Linux

/// Takes the digests of one file's content after another's.
package struct ContentHash: ~Copyable {
    private var hash: SHA256
    private var skipsHoles = false
    private var position: UInt64 = 0
    private var end: UInt64?

    package init() throws(BackupError) {
        guard let hash = SHA256() else { throw BackupError(.failed, "libgcrypt can't be used for SHA-256.") }
        self.hash = hash
    }

    /// Starts a file of which `holeByteCount` bytes are holes.
    package mutating func start(holeByteCount: UInt64) {
        skipsHoles = holeByteCount > ManifestFormat.hashedHoleBytes
        position = 0
        end = nil
    }

    /// Adds `data`, which comes next.
    package mutating func add(_ data: ByteBuffer) {
        guard data.count > 0 else { return }
        if skipsHoles, end != position {
            let offset = InlineArray<8, UInt8> { UInt8(truncatingIfNeeded: position >> (56 - 8 * UInt64($0))) }
            hash.update(offset.span)
        }
        unsafe hash.update(data.bytes)
        position += UInt64(data.count)
        end = position
    }

    /// Passes over a hole, which comes next.
    package mutating func skip(_ byteCount: UInt64) {
        position += byteCount
        if !skipsHoles { hash.updateZeros(byteCount) }
    }

    /// The digest of the file.
    package mutating func finish() -> ContentDigest {
        ContentDigest(value: hash.next(), isOfDataOnly: skipsHoles)
    }
}
