import BackupModel
import Documents
import ExportProtocol

/// Tells of a restoration that has ended well, for a person or as a document.
struct RestoreReport {
    /// What was restored, such as `Backup 7`.
    let subject: String
    let id: SnapshotID?
    let console: Console
    let isJSON: Bool
    /// The directory that relative targets are relative to.
    let directory: [UInt8]?
    /// Whether the file had a manifest that it was compared with; nil where it is always so.
    var hasManifest: Bool?

    /// Reports what was done.
    func done(_ summary: RestoreSummary, _ changes: [RestorationNote]?) throws {
        if isJSON {
            var document = RestoreDocument(id: id, result: "done")
            document.restored = RestoredDocument(summary, below: directory)
            document.changes = changes
            document.manifest = hasManifest
            try console.print(json: document)
        } else {
            let text = RestoreText(subject: subject, summary: summary, directory: directory)
            for line in text.lines { try console.print(line) }
        }
    }
}
