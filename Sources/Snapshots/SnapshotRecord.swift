import BackupModel
import FoundationEssentials
import SystemPackage

/// What stands beside a snapshot's trees, in `snapshot.json`: all that is known of it.
struct SnapshotRecord: Codable, Sendable, Equatable {
    static let fileName = FilePath("snapshot.json")
    /// The largest record that is read, and so the largest that is written.
    static let maximumByteCount = 1 << 20
    /// Counted up when the layout changes in a way a reader must know.
    static let currentVersion = 1

    var version = Self.currentVersion
    var id: SnapshotID
    var description: String
    /// Seconds since 1970-01-01 UTC.
    var created: UInt64
    var kind: SnapshotSummary.Kind
    var trees: [Tree]

    /// How a tree was made.
    enum Driver: String, Codable, Sendable {
        case btrfs
        case clone
    }

    /// One source's part of the snapshot.
    struct Tree: Codable, Sendable, Equatable {
        /// The directory that holds it.
        var name: String
        /// The live path it was taken of.
        var path: String
        var kind: SnapshotSource.Kind
        var driver: Driver
        var isReadOnly: Bool
        var isAtomic: Bool
        /// The subvolumes it consists of, the tree's own first; none for a copy.
        var subvolumes: [Subvolume]
        /// What is not in it, one sentence fragment each.
        var leftOut: [String]

        enum CodingKeys: String, CodingKey {
            case name, path, kind, driver, subvolumes
            case isReadOnly = "read_only"
            case isAtomic = "atomic"
            case leftOut = "left_out"
        }
    }

    /// A subvolume of a tree.
    struct Subvolume: Codable, Sendable, Equatable {
        /// Its path in the tree; empty for the tree itself. For people: what is not UTF-8 is escaped.
        var path: String
        var id: UInt64
        var uuid: String
    }

    init(id: SnapshotID, description: String, created: UInt64, kind: SnapshotSummary.Kind, trees: [Tree]) {
        self.id = id
        self.description = description
        self.created = created
        self.kind = kind
        self.trees = trees
    }

    /// The record as it is written: JSON for people too, with a newline at its end.
    /// - Throws: `BackupError` with `limitsExceeded` when it is larger than what is read.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
        guard bytes.count <= Self.maximumByteCount else {
            let count = trees.reduce(0) { $0 + $1.subvolumes.count }
            throw BackupError(
                .limitsExceeded,
                "The record of snapshot \(id) with its \(count) subvolumes would have \(bytes.count) bytes, more than "
                    + "\(Self.maximumByteCount); set recursive = false for a source with that many."
            )
        }
        return bytes
    }

    /// What callers are told.
    func summary(path: FilePath, exclusiveByteCount: UInt64?) -> SnapshotSummary {
        SnapshotSummary(
            id: id,
            description: description,
            created: created,
            system: trees.contains { $0.kind == .system },
            data: trees.contains { $0.kind == .data },
            path: path.string,
            isReadOnly: trees.allSatisfy(\.isReadOnly),
            isAtomic: trees.allSatisfy(\.isAtomic),
            isActive: false,
            kind: kind,
            exclusiveByteCount: exclusiveByteCount,
            leftOut: trees.flatMap(\.leftOut)
        )
    }
}
