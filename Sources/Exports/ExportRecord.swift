import BackupModel
import FoundationEssentials
import Linux

/// What stands beside an export's data, in `nexus_backup_<id>.json`: all that `GetList` tells of it.
struct ExportRecord: Codable, Sendable, Equatable {
    /// The largest record that is read.
    static let maximumByteCount = 1 << 20

    var version = 1
    var id: SnapshotID
    var description: String
    var snapshotCreated: UInt64
    var created: UInt64
    var size: UInt64
    var sha256: String
    var entryCount: UInt64
    /// What the snapshot and the archive could not hold, one sentence fragment each.
    var leftOut: [String]
    /// How many entries were left out of the archive; ``leftOut`` names the first of them.
    var leftOutCount: UInt64
    /// The inode number of the data this record is about, which tells it from data of an earlier export of the same id.
    var inode: UInt64
    /// When it was last read back and found to be intact, in seconds since 1970-01-01 UTC; nil when it was not since it was
    /// written, or was found to be damaged since.
    var verified: UInt64?

    /// The record as it is written: JSON for people too, with a newline at its end.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// What stands beside the data in `nexus_backup_<id>.tar.gpg.sha256`, as sha256sum(1) checks it.
    var checksumLine: [UInt8] { Array("\(sha256)  \(ExportName.data(id))\n".utf8) }

    init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }

    init(
        id: SnapshotID,
        description: String,
        snapshotCreated: UInt64,
        created: UInt64,
        size: UInt64,
        sha256: String,
        entryCount: UInt64,
        leftOut: [String],
        leftOutCount: UInt64,
        inode: UInt64
    ) {
        self.id = id
        self.description = description
        self.snapshotCreated = snapshotCreated
        self.created = created
        self.size = size
        self.sha256 = sha256
        self.entryCount = entryCount
        self.leftOut = leftOut
        self.leftOutCount = leftOutCount
        self.inode = inode
    }

    /// Whether this is about the file that `status` tells of.
    func describes(_ status: FileStatus) -> Bool {
        status.kind == .regular && status.inode == inode && status.size == size
    }
}
