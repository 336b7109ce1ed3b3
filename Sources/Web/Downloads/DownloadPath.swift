import BackupModel

/// What a path below `/nexus-backups/` names.
struct DownloadPath: Equatable {
    static let prefix = "/nexus-backups/"

    /// The export.
    let id: SnapshotID
    /// Whether it is the file with the checksum.
    let isChecksum: Bool

    /// nil for everything but the names as `GetList` has them, with or without `.sha256`: no other writing of a number, and nothing
    /// encoded.
    init?(_ name: some StringProtocol) {
        var rest = name[...]
        guard rest.hasPrefix("nexus_backup_") else { return nil }
        rest = rest.dropFirst("nexus_backup_".count)
        isChecksum = rest.hasSuffix(".sha256")
        if isChecksum { rest = rest.dropLast(".sha256".count) }
        guard rest.hasSuffix(".tar.gpg") else { return nil }
        rest = rest.dropLast(".tar.gpg".count)
        guard let id = SnapshotID(rest), id > 0, "\(id)" == rest else { return nil }
        self.id = id
    }
}
