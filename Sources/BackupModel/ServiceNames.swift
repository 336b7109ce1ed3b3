/// The names under which the service is found on the bus.
public enum ServiceNames {
    /// Bus name and interface of the snapshots.
    public static let snapshot = "tech.noreya.Snapshot1"
    /// Object path of the snapshots.
    public static let snapshotPath = "/tech/noreya/Snapshot1"
    /// Bus name and interface of the exports.
    public static let backup = "tech.noreya.Backup1"
    /// Object path of the exports.
    public static let backupPath = "/tech/noreya/Backup1"
}
