package import Digest
import ExportProtocol
import Linux
import SystemPackage

/// The lines of the archive's last member, kept aside while the archive is written; see ``ManifestFormat``.
struct Manifest: ~Copyable {
    private var spool: SpoolFile
    private var fileCount: UInt64 = 0
    private var leftOutCount: UInt64 = 0
    /// Entries with flags, of which tar(1) restores none.
    private(set) var flaggedCount: UInt64 = 0

    /// Starts one, in a file without a name in `directory`.
    static func start(in directory: FilePath) throws(LinuxError) -> Manifest {
        var spool = try SpoolFile(in: directory)
        try spool.append { line throws(LinuxError) in try line.append(ManifestFormat.firstLine) }
        return Manifest(spool: spool)
    }

    private init(spool: consuming SpoolFile) {
        self.spool = spool
    }

    /// Adds a regular file.
    mutating func add(_ path: EntryPath, _ digest: ContentDigest) throws(LinuxError) {
        fileCount += 1
        try spool.append { line throws(LinuxError) in try line.append(manifestLine: path, digest) }
    }

    /// Adds the flags of an entry that has any.
    mutating func add(_ path: EntryPath, _ flags: FileAttributes.Flags) throws(LinuxError) {
        guard !flags.isEmpty else { return }
        flaggedCount += 1
        try spool.append { line throws(LinuxError) in try line.append(manifestLine: path, flags) }
    }

    /// Adds an entry that is not in the archive, and why.
    mutating func addLeftOut(_ path: EntryPath, _ reason: String) throws(LinuxError) {
        leftOutCount += 1
        try spool.append { line throws(LinuxError) in
            try line.append(ManifestFormat.leftOutPrefix)
            try line.append(Array(reason.utf8))
            try line.append("  ")
            try line.append(escaping: path)
            try line.append("\n")
        }
    }

    /// Adds the last line.
    mutating func end(entryCount: UInt64) throws(LinuxError) {
        let text = "\(entryCount) entries, \(fileCount) names of regular files, \(leftOutCount) left out\n"
        try spool.append { line throws(LinuxError) in
            try line.append(ManifestFormat.endPrefix)
            try line.append(Array(text.utf8))
        }
    }

    /// Number of bytes.
    var byteCount: UInt64 { spool.count }

    /// Reads `byteCount` bytes from `offset` into `buffer`.
    mutating func read(at offset: UInt64, byteCount: Int, into buffer: ByteBuffer) throws(LinuxError) {
        buffer.clear()
        try spool.read(at: offset, byteCount: byteCount, into: buffer)
    }
}

/// The digest of a file's content.
package struct ContentDigest: Sendable, Equatable {
    package let value: SHA256.Value
    /// Whether it is of the runs of data and where they are, and not of the holes between them.
    package var isOfDataOnly = false

    package init(value: SHA256.Value, isOfDataOnly: Bool = false) {
        self.value = value
        self.isOfDataOnly = isOfDataOnly
    }
}
