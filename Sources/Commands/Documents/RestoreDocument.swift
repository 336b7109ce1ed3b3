import BackupModel
import ExportProtocol
import FoundationEssentials

/// What `backup restore --json` and `restore --json` write.
struct RestoreDocument: Encodable {
    var id: SnapshotID?
    /// `running`, `done`, `failed` or `cancelled`.
    var result: String
    var error = ""
    var errorName = ""
    /// What was done; nil where that is not known.
    var restored: RestoredDocument?
    /// Of a dry run, what would be done about each entry.
    var changes: [RestorationNote]?

    init(id: SnapshotID?, result: String, error: BackupError? = nil) {
        self.id = id
        self.result = result
        self.error = error?.message ?? ""
        errorName = error?.code.busName ?? ""
    }
}

/// What a restoration has done: the keys of `last_restored` in `Backup1.Status`.
struct RestoredDocument: Encodable {
    struct Loss: Encodable {
        let what: String
        let count: UInt64
        let first: String
    }

    let from: String
    let dryRun: Bool
    let created: UInt64
    let replaced: UInt64
    let kept: UInt64
    let unchanged: UInt64
    let conflicts: UInt64
    let firstConflict: String
    let bytes: UInt64
    let lost: [Loss]
    /// Where what was selected is; what is not UTF-8 is replaced for display.
    let targets: [String]

    /// - Parameter directory: What relative targets are relative to.
    init(_ summary: RestoreSummary, below directory: [UInt8]?) {
        from = summary.origin
        dryRun = summary.isDryRun
        created = summary.created
        replaced = summary.replaced
        kept = summary.kept
        unchanged = summary.unchanged
        conflicts = summary.conflicts
        firstConflict = summary.firstConflict
        bytes = summary.byteCount
        lost = summary.losses.map { Loss(what: $0.what, count: $0.count, first: $0.first) }
        targets = summary.targets.map { String(decoding: Self.absolute($0, below: directory), as: UTF8.self) }
    }

    /// `target`, with the directory that it is a name in.
    static func absolute(_ target: [UInt8], below directory: [UInt8]?) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard target.first != slash, let directory else { return target }
        return directory + (directory.last == slash ? [] : [slash]) + target
    }
}
