public import ExportProtocol
public import SystemPackage

/// What an exporter works with.
public struct ExporterConfiguration: Sendable {
    /// The directory of finished exports.
    public var directory: FilePath
    /// A directory for what lives as long as a job does; its path must leave room for a socket's name (108 bytes in all).
    public var runtimeDirectory: FilePath
    /// A directory for what is kept aside while a job runs, or an index is made. That tells what is in a snapshot, and so
    /// belongs where the snapshots are, and not where only what is encrypted may lie.
    public var spoolDirectory: FilePath
    /// The program that does the work, `nexus-export`.
    public var worker: FilePath
    /// The program that reads exports back, `nexus-restore`; beside the other unless it is said to be elsewhere.
    public var restorer: FilePath
    /// The program that makes the indexes, `nexus-index`; nil when there are to be none.
    public var indexer: FilePath?
    /// How exports are compressed when the caller does not say.
    public var compression: ExportRequest.Compression
    /// The I/O class of the work.
    public var ioPriority: ExportRequest.IOPriority
    /// The most bytes written in a second when the caller does not say; 0 for no limit.
    public var maxRate: UInt64
    /// What is left out of the exports of each source, by its name.
    public var excludes: [String: ExportExcludes]

    /// Creates a configuration from its parts.
    public init(
        directory: FilePath,
        runtimeDirectory: FilePath,
        spoolDirectory: FilePath,
        worker: FilePath,
        indexer: FilePath? = nil,
        compression: ExportRequest.Compression = .none,
        ioPriority: ExportRequest.IOPriority = .idle,
        maxRate: UInt64 = 0,
        excludes: [String: ExportExcludes] = [:]
    ) {
        self.directory = directory
        self.runtimeDirectory = runtimeDirectory
        self.spoolDirectory = spoolDirectory
        self.worker = worker
        restorer = worker.removingLastComponent().appending("nexus-restore")
        self.indexer = indexer
        self.compression = compression
        self.ioPriority = ioPriority
        self.maxRate = maxRate
        self.excludes = excludes
    }
}
