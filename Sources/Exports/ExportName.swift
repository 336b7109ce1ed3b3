import BackupModel
import SystemPackage

/// The names of an export's files in the directory of exports.
enum ExportName {
    private static let prefix = "nexus_backup_"
    private static let dataSuffix = ".tar.gpg"
    private static let checksumSuffix = ".sha256"
    private static let recordSuffix = ".json"
    private static let indexSuffix = ".index"
    private static let entriesMark = ".entries-"
    /// What a file ends with while it is written.
    static let partialSuffix = ".partial"

    /// `nexus_backup_<id>.tar.gpg`.
    static func data(_ id: SnapshotID) -> String { "\(prefix)\(id)\(dataSuffix)" }

    /// `.nexus_backup_<id>.tar.gpg.partial`.
    static func partialData(_ id: SnapshotID) -> String { ".\(data(id))\(partialSuffix)" }

    /// `nexus_backup_<id>.json`.
    static func record(_ id: SnapshotID) -> String { "\(prefix)\(id)\(recordSuffix)" }

    /// `.nexus_backup_<id>.json.partial`: the record of data that is about to get its name.
    static func stagedRecord(_ id: SnapshotID) -> String { ".\(record(id))\(partialSuffix)" }

    /// `nexus_backup_<id>.tar.gpg.sha256`.
    static func checksum(_ id: SnapshotID) -> String { "\(data(id))\(checksumSuffix)" }

    /// `.nexus_backup_<id>.tar.gpg.sha256.partial`.
    static func stagedChecksum(_ id: SnapshotID) -> String { ".\(checksum(id))\(partialSuffix)" }

    /// `nexus_backup_<id>.index`.
    static func index(_ id: SnapshotID) -> String { "\(prefix)\(id)\(indexSuffix)" }

    /// `.nexus_backup_<id>.index.partial`.
    static func partialIndex(_ id: SnapshotID) -> String { ".\(index(id))\(partialSuffix)" }

    /// `.nexus_backup_<id>.entries-<inode>.partial`: what the index of the data with this inode number is made from.
    static func entries(_ id: SnapshotID, inode: UInt64) -> String {
        ".\(prefix)\(id)\(entriesMark)\(inode)\(partialSuffix)"
    }

    /// The id in `nexus_backup_<id>.tar.gpg`; nil for any other name.
    static func id(ofData name: String) -> SnapshotID? { id(in: name, prefix: prefix, suffix: dataSuffix) }

    /// The id in `nexus_backup_<id>.json`; nil for any other name.
    static func id(ofRecord name: String) -> SnapshotID? { id(in: name, prefix: prefix, suffix: recordSuffix) }

    /// The id in `.nexus_backup_<id>.tar.gpg.partial`; nil for any other name.
    static func id(ofPartialData name: String) -> SnapshotID? {
        id(in: name, prefix: ".\(prefix)", suffix: dataSuffix + partialSuffix)
    }

    /// The id in `.nexus_backup_<id>.json.partial`; nil for any other name.
    static func id(ofStagedRecord name: String) -> SnapshotID? {
        id(in: name, prefix: ".\(prefix)", suffix: recordSuffix + partialSuffix)
    }

    /// The id in `nexus_backup_<id>.tar.gpg.sha256`; nil for any other name.
    static func id(ofChecksum name: String) -> SnapshotID? {
        id(in: name, prefix: prefix, suffix: dataSuffix + checksumSuffix)
    }

    /// The id in `.nexus_backup_<id>.tar.gpg.sha256.partial`; nil for any other name.
    static func id(ofStagedChecksum name: String) -> SnapshotID? {
        id(in: name, prefix: ".\(prefix)", suffix: dataSuffix + checksumSuffix + partialSuffix)
    }

    /// The id in `nexus_backup_<id>.index`; nil for any other name.
    static func id(ofIndex name: String) -> SnapshotID? { id(in: name, prefix: prefix, suffix: indexSuffix) }

    /// The id in `.nexus_backup_<id>.index.partial`; nil for any other name.
    static func id(ofPartialIndex name: String) -> SnapshotID? {
        id(in: name, prefix: ".\(prefix)", suffix: indexSuffix + partialSuffix)
    }

    /// The id in `.nexus_backup_<id>.entries-<inode>.partial`; nil for any other name.
    static func id(ofEntries name: String) -> SnapshotID? {
        guard let dash = name.lastIndex(of: "-"),
            let inode = UInt64(name[dash...].dropFirst().dropLast(partialSuffix.count))
        else { return nil }
        return id(in: name, prefix: ".\(prefix)", suffix: "\(entriesMark)\(inode)\(partialSuffix)")
    }

    private static func id(in name: String, prefix: String, suffix: String) -> SnapshotID? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count else {
            return nil
        }
        let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
        guard let id = SnapshotID(digits), id != 0, String(id) == digits else { return nil }
        return id
    }
}
