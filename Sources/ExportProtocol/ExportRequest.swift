public import BackupModel

/// The job of one worker: the first line on its standard input, as one JSON object.
///
/// What follows that line on standard input is the password, up to a newline, when ``hasPassword`` says so. After that
/// standard input stays open and silent for as long as the job is wanted: its end tells the worker to stop at once.
public struct ExportRequest: Sendable, Codable, Equatable {
    /// A tree to export.
    public struct Source: Sendable, Codable, Equatable {
        /// The name of the directory in the archive that holds the tree.
        public var name: String
        /// The tree's root on disk, as bytes.
        public var path: [UInt8]
        /// What the administrator wants left out of it.
        public var excludes: ExportExcludes
        /// Directories of the product itself in the tree, relative to its root, as bytes: they are exported empty.
        public var ownDirectories: [[UInt8]]

        /// Creates a source; without more, all of the tree is exported.
        public init(
            name: String,
            path: [UInt8],
            excludes: ExportExcludes = ExportExcludes(),
            ownDirectories: [[UInt8]] = []
        ) {
            self.name = name
            self.path = path
            self.excludes = excludes
            self.ownDirectories = ownDirectories
        }

        /// Reads a source, which may say nothing of what is left out.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                name: try values.decode(String.self, forKey: .name),
                path: try values.decode([UInt8].self, forKey: .path),
                excludes: try values.decodeIfPresent(ExportExcludes.self, forKey: .excludes) ?? ExportExcludes(),
                ownDirectories: try values.decodeIfPresent([[UInt8]].self, forKey: .ownDirectories) ?? []
            )
        }
    }

    /// How the tar stream is compressed before it is encrypted.
    public enum Compression: String, Sendable, Codable, CaseIterable {
        case none
        case zstd
    }

    /// The I/O scheduling class of the worker and of gpg.
    public enum IOPriority: String, Sendable, Codable, CaseIterable {
        case idle
        case bestEffort = "best-effort"
    }

    /// The snapshot's id.
    public var id: SnapshotID
    /// The trees, in the order in which they are written.
    public var sources: [Source]
    /// The first member of the archive, `nexus-backup.json`.
    public var label: ExportLabel
    /// Whether a password follows on standard input.
    public var hasPassword: Bool
    /// OpenPGP public keys to encrypt to, armored, one block each.
    public var recipients: [String]
    /// How to compress.
    public var compression: Compression
    /// The most bytes to write in a second; 0 for no limit.
    public var maxRate: UInt64
    /// The I/O scheduling class.
    public var ioPriority: IOPriority
    /// A private, empty directory (mode 0700) for gpg's home; who starts the worker makes and removes it.
    public var gpgHome: String
    /// A directory on a disk for what the worker must keep aside, in files without names: a line for each file.
    public var spoolDirectory: String
    /// Where to keep a record of each entry, from which an index is made; see ``EntrySpoolFormat``. Without it, none is.
    public var entrySpool: String?

    /// Creates a request from its parts.
    public init(
        id: SnapshotID,
        sources: [Source],
        label: ExportLabel,
        hasPassword: Bool,
        recipients: [String],
        compression: Compression,
        maxRate: UInt64,
        ioPriority: IOPriority,
        gpgHome: String,
        spoolDirectory: String,
        entrySpool: String? = nil
    ) {
        self.id = id
        self.sources = sources
        self.label = label
        self.hasPassword = hasPassword
        self.recipients = recipients
        self.compression = compression
        self.maxRate = maxRate
        self.ioPriority = ioPriority
        self.gpgHome = gpgHome
        self.spoolDirectory = spoolDirectory
        self.entrySpool = entrySpool
    }
}
