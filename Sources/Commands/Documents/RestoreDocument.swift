import BackupModel
import Documents
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
    /// Whether the file had a manifest that it was compared with; nil where it is always so.
    var manifest: Bool?
    /// Of a dry run, what would be done about each entry.
    var changes: [RestorationNote]?

    init(id: SnapshotID?, result: String, error: BackupError? = nil) {
        self.id = id
        self.result = result
        self.error = error?.message ?? ""
        errorName = error?.code.busName ?? ""
    }
}
