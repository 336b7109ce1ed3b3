import BackupModel

/// What a command that follows a job writes where there is no more to tell than how it ended.
struct JobDocument: Encodable {
    let id: SnapshotID
    /// `running`, `done`, `failed` or `cancelled`.
    let result: String
    var error = ""
    var errorName = ""
}
