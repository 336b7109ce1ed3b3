package import BackupModel
import Linux

/// What a restoration has done: the keys of `last_restored` in `Backup1.Status`.
package struct RestoredDocument: Encodable, Equatable {
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
    /// Where what was selected is; what is not UTF-8 is replaced for display.
    let targets: [String]

    /// - Parameter directory: What relative targets are relative to.
    package init(_ summary: RestoreSummary, below directory: [UInt8]? = nil) {
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
        targets = summary.targets.map { target in
            let path = Self.absolute(target, below: directory)
            return String(validating: path, as: UTF8.self) ?? printable(path)
        }
    }

    /// `target`, with the directory that it is a name in.
    package static func absolute(_ target: [UInt8], below directory: [UInt8]?) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard target.first != slash, let directory else { return target }
        return directory + (directory.last == slash ? [] : [slash]) + target
    }
}
