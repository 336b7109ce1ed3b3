public import BackupModel
import DBus
public import Linux

extension BackupClient {
    /// How something is to be restored.
    public struct RestoreOptions: Sendable {
        /// The password that opens the export; nil where the snapshot is read.
        public var password: Secret?
        /// `auto`, `snapshot` or `export`; nil for `auto`.
        public var origin: String?
        /// Whether what exists is replaced.
        public var overwrite = false
        /// Without a target: whether it goes beside what is there; nil for that unless it overwrites.
        public var beside: Bool?
        /// Whether nothing is written.
        public var isDryRun = false
        /// The directory to restore into, open for reading; nil for another target.
        public var target: SharedDescriptor?
        /// Where a line of JSON for each entry goes.
        public var report: SharedDescriptor?

        /// Options that say nothing.
        public init() {}
    }

    /// Starts restoring `paths`, or all, of the backup `id`; the password travels through a pipe and is in no message.
    ///
    /// - Parameters:
    ///   - paths: Paths in the backup, as bytes; none for all of it.
    ///   - target: The absolute path of a directory, as bytes; empty for the original places, or with `options.target`.
    public func restore(
        _ id: SnapshotID,
        paths: [[UInt8]] = [],
        target: [UInt8] = [],
        options: RestoreOptions
    ) async throws(BackupError) {
        try await object.tell(
            "Restore",
            [.uint32(id), .array(of: "ay", paths.map { .bytes($0) }), .bytes(target), try options.value()]
        )
    }
}

extension BackupClient.RestoreOptions {
    /// The `a{sv}` of the contract.
    func value() throws(BackupError) -> Value {
        var entries = try BackupClient.Options(password: password).value().propertyEntries ?? [:]
        if let origin { entries["from"] = .string(origin) }
        if overwrite { entries["overwrite"] = .bool(true) }
        if let beside { entries["beside"] = .bool(beside) }
        if isDryRun { entries["dry-run"] = .bool(true) }
        if let target { entries["target-fd"] = .fileDescriptor(target) }
        if let report { entries["report-fd"] = .fileDescriptor(report) }
        return .properties(entries)
    }
}
