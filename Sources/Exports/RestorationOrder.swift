public import BackupModel
public import ExportProtocol
public import Linux
public import SystemPackage

/// What a caller wants restored, to where and how.
public struct RestorationOrder: Sendable {
    /// What is read.
    public enum Origin: Sendable {
        /// The finished export, which the password opens.
        case export(Secret)
        /// The trees of the snapshot, which are held in place until the job has ended.
        case snapshot([Restoration.Tree])
    }

    /// Where it goes.
    public enum Target: Sendable {
        /// Into the directory at this absolute path.
        case directory(FilePath)
        /// Into a directory that the caller has opened.
        case opened(SharedDescriptor)
        /// To where it came from: over what is there now, or beside it.
        case originalPlaces([Restoration.Tree], isBeside: Bool)
    }

    /// The most paths that can be selected.
    public static let maximumPathCount = 1000
    /// The most bytes that all of them together have, so that they fit into a request to the worker.
    public static let maximumPathByteCount = 1 << 20

    /// The backup.
    public var id: SnapshotID
    /// The paths in it that are wanted, as bytes; empty for all of it.
    public var paths: [[UInt8]]
    /// What is read.
    public var origin: Origin
    /// Where it goes.
    public var target: Target
    /// Whether what exists is replaced.
    public var overwrite: Bool
    /// Whether it is only told what would be done.
    public var isDryRun: Bool
    /// Where a line for each entry goes.
    public var report: SharedDescriptor?
    /// Gives free what is held in place meanwhile; called once, when the job has ended.
    public var release: @Sendable () async -> Void

    /// Creates an order.
    public init(
        id: SnapshotID,
        paths: [[UInt8]],
        origin: Origin,
        target: Target,
        overwrite: Bool,
        isDryRun: Bool,
        report: SharedDescriptor?,
        release: @escaping @Sendable () async -> Void
    ) {
        self.id = id
        self.paths = paths
        self.origin = origin
        self.target = target
        self.overwrite = overwrite
        self.isDryRun = isDryRun
        self.report = report
        self.release = release
    }

    /// Refuses paths that can't be those of entries.
    /// - Throws: `BackupError` with `invalidArgs` or `limitsExceeded`.
    public static func validate(_ paths: [[UInt8]]) throws(BackupError) {
        guard paths.count <= maximumPathCount else {
            throw BackupError(
                .limitsExceeded,
                "\(paths.count) paths were given; pass at most \(maximumPathCount), or the directories that hold them."
            )
        }
        guard paths.reduce(0, { $0 + $1.count }) <= maximumPathByteCount else {
            throw BackupError(
                .limitsExceeded,
                "The paths have more than \(maximumPathByteCount) bytes; pass fewer, or the directories that hold them."
            )
        }
        for path in paths {
            guard let fault = fault(path) else { continue }
            throw BackupError(
                .invalidArgs,
                "The path \"\(printable(path))\" \(fault); pass one as in a listing of the backup, such as system/etc/hosts."
            )
        }
    }

    private static func fault(_ path: [UInt8]) -> String? {
        if path.isEmpty { return "is empty" }
        if path.contains(0) { return "holds a NUL" }
        if path.first == UInt8(ascii: "/") { return "is absolute" }
        let components = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if components.contains(where: \.isEmpty) { return "has an empty component" }
        if components.contains([UInt8(ascii: "."), UInt8(ascii: ".")]) { return "has the component \"..\"" }
        if components.contains([UInt8(ascii: ".")]) { return "has the component \".\"" }
        return nil
    }
}
