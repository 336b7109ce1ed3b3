package import BackupModel
package import ExportProtocol

/// What had been restored when a restoration failed; the cause of its error.
struct PartRestored: Error {
    let result: RestorationResult
}

extension BackupError {
    /// What had been restored when this ended a restoration; nil where nothing could have been.
    package var partRestored: RestorationResult? { (cause as? PartRestored)?.result }

    /// The same error, whose sentence also says what was restored until then.
    package func telling(_ part: RestorationResult, isDryRun: Bool) -> BackupError {
        guard code != .cancelled, !isDryRun else { return self }
        let count = part.created + part.replaced
        let remark =
            switch count {
            case 0: "Nothing was restored."
            case 1: "1 entry had been restored by then, and stays."
            default: "\(count) entries had been restored by then, and stay."
            }
        return BackupError(code, "\(message) \(remark)", cause: cause)
    }
}
