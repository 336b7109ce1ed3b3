package import BackupModel
package import ExportProtocol
import Linux
package import SystemPackage

extension RestoreSummary {
    /// How many targets are told.
    private static let maximumTargetCount = 100

    /// What `result` says, in the words of both sides of the bus.
    ///
    /// - Parameter directory: What relative targets are relative to; nil when only the caller knows.
    package init(_ result: RestorationResult, below directory: FilePath?) {
        self.init()
        created = result.created
        replaced = result.replaced
        kept = result.kept
        unchanged = result.unchanged
        conflicts = result.conflicts
        firstConflict = result.firstConflict
        byteCount = result.byteCount
        losses = result.lost.map { Loss(what: $0.what.rawValue, count: $0.count, first: $0.first) }
        targets = result.placed.prefix(Self.maximumTargetCount).map { placed in
            guard placed.target.first != UInt8(ascii: "/"), let directory else { return placed.target }
            return directory.bytes + (directory.bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")])
                + placed.target
        }
    }
}
