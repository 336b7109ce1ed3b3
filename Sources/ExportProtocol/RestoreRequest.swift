public import BackupModel

/// The job of one `nexus-restore`: the first line on its standard input, as one JSON object.
///
/// The password follows on standard input, up to a newline, unless a snapshot is restored. After that standard input stays open and silent for as long as
/// the job is wanted: its end tells the worker to stop at once. What it says is in ``WorkerEvent``s, as with an export.
public struct RestoreRequest: Sendable, Codable, Equatable {
    /// What is to be done with the export.
    public enum Operation: String, Sendable, Codable, CaseIterable {
        /// All of it is read and compared with its manifest.
        case verify
        /// Some of it or all is put back, as ``RestoreRequest/restoration`` says. Of an export all is read and compared with its
        /// manifest then, too, whatever is selected.
        case restore
    }

    /// What was noted about the export's file when it was written.
    public struct Record: Sendable, Codable, Equatable {
        /// Bytes of the file.
        public var size: UInt64
        /// SHA-256 of the file, lower-case hexadecimal.
        public var sha256: String
        /// Entries in the archive.
        public var entryCount: UInt64

        /// Creates a record.
        public init(size: UInt64, sha256: String, entryCount: UInt64) {
            self.size = size
            self.sha256 = sha256
            self.entryCount = entryCount
        }
    }

    /// What to do.
    public var operation: Operation
    /// The id of the snapshot that the export must be of; 0 when any will do.
    public var id: SnapshotID
    /// The export's file, as bytes; empty when a snapshot is restored.
    public var path: [UInt8]
    /// What is known of the file; nil when nothing is.
    public var record: Record?
    /// Whether it may be an encrypted tar that something else has made, which has no manifest; nil means no, as a service
    /// that runs while it is being upgraded does not say it.
    public var acceptsAnyArchive: Bool?
    /// The I/O scheduling class.
    public var ioPriority: ExportRequest.IOPriority
    /// A private, empty directory (mode 0700) for gpg's home; who starts the worker makes and removes it. Empty when a snapshot is
    /// restored.
    public var gpgHome: String
    /// A directory on a disk for what the worker must keep aside, in files without names: a line for each file.
    public var spoolDirectory: String
    /// What to restore, and to where; nil for other operations.
    public var restoration: Restoration?

    /// Creates a request from its parts.
    public init(
        operation: Operation,
        id: SnapshotID,
        path: [UInt8],
        record: Record?,
        acceptsAnyArchive: Bool? = nil,
        ioPriority: ExportRequest.IOPriority,
        gpgHome: String,
        spoolDirectory: String,
        restoration: Restoration? = nil
    ) {
        self.operation = operation
        self.id = id
        self.path = path
        self.record = record
        self.acceptsAnyArchive = acceptsAnyArchive
        self.ioPriority = ioPriority
        self.gpgHome = gpgHome
        self.spoolDirectory = spoolDirectory
        self.restoration = restoration
    }
}
