import BackupModel
import Linux

/// What a restoration has done, with the keys of `last_restored` of `Backup1.Status`.
struct RestoredDocument: Encodable, Equatable {
    struct Loss: Encodable, Equatable {
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
    let targets: [String]

    init(_ summary: RestoreSummary) {
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
        targets = summary.targets.map { printable($0) }
    }
}
