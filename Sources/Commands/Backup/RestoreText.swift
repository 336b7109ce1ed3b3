import BackupModel
import Documents
import Linux

/// What a restoration has done, for people.
struct RestoreText {
    /// What was restored, such as `Backup 7`.
    let subject: String
    let summary: RestoreSummary
    /// The directory that relative targets are relative to; nil where there is none.
    let directory: [UInt8]?

    private static let shownTargetCount = 10

    /// The lines, none of which drives a terminal.
    var lines: [String] {
        var lines = [heading]
        lines += facts.map { name, text in "  \((name.isEmpty ? "" : "\(name):").padded(to: 11)) \(text)" }
        return lines
    }

    private var heading: String {
        let source =
            switch summary.origin {
            case "snapshot": " from its snapshot"
            case "export": " from its export"
            default: ""
            }
        return summary.isDryRun
            ? "Nothing was written. To restore \(subject)\(source) would be:" : "\(subject) is restored\(source)."
    }

    private var facts: [(String, String)] {
        var facts = [("New", "\(Self.entries(summary.created))")]
        if summary.replaced > 0 { facts.append(("Replaced", Self.entries(summary.replaced))) }
        if summary.kept > 0 { facts.append(("Kept", "\(Self.entries(summary.kept)) that were there")) }
        if summary.unchanged > 0 { facts.append(("Unchanged", Self.entries(summary.unchanged))) }
        facts.append(("Size", "\(Size.text(summary.byteCount)) (\(summary.byteCount) bytes)"))
        if summary.conflicts > 0 {
            let first = summary.firstConflict.escapedForTerminal
            facts.append(("In the way", "\(Self.entries(summary.conflicts)) not restored; the first: \(first)"))
        }
        for loss in summary.losses {
            let name = loss.what.escapedForTerminal
            facts.append(
                ("Not kept", "\(name) of \(Self.entries(loss.count)); the first: \(loss.first.escapedForTerminal)")
            )
        }
        for (index, target) in summary.targets.prefix(Self.shownTargetCount).enumerated() {
            facts.append((index == 0 ? "Where" : "", absolute(target)))
        }
        let rest = summary.targets.count - Self.shownTargetCount
        if rest > 0 { facts.append(("", "and \(rest) more")) }
        return facts
    }

    private func absolute(_ target: [UInt8]) -> String {
        printable(RestoredDocument.absolute(target, below: directory)).escapedForTerminal
    }

    private static func entries(_ count: UInt64) -> String {
        count == 1 ? "1 entry" : "\(count) entries"
    }
}
