import BackupModel
import FoundationEssentials
import SystemPackage

/// What stands beside a snapshot's trees, in `snapshot.json`: all that is known of it.
struct SnapshotRecord: Codable, Sendable, Equatable {
    static let fileName = FilePath("snapshot.json")
    /// The largest record that is read.
    static let maximumByteCount = 1 << 20

    var version = 1
    var id: SnapshotID
    var description: String
    /// Seconds since 1970-01-01 UTC.
    var created: UInt64
    var kind: SnapshotSummary.Kind
    var trees: [Tree]

    /// One source's part of the snapshot.
    struct Tree: Codable, Sendable, Equatable {
        /// The directory that holds it.
        var name: String
        /// The live path it was taken of.
        var source: String
        var kind: SnapshotSource.Kind
        /// `btrfs` or `clone`.
        var driver: String
        var isReadOnly: Bool
        var isAtomic: Bool
        /// The subvolumes in it, at any depth, by paths relative to it; the tree itself is the empty path.
        var subvolumes: [String]
        /// What is not in it, one sentence fragment each, at most ``maximumLeftOutCount`` and then how many more.
        var leftOut: [String]
    }

    /// How much of what was left out is listed.
    static let maximumLeftOutCount = 1000

    init(id: SnapshotID, description: String, created: UInt64, kind: SnapshotSummary.Kind, trees: [Tree]) {
        self.id = id
        self.description = description
        self.created = created
        self.kind = kind
        self.trees = trees
    }

    init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }

    /// The record as it is written: JSON for people too, with a newline at its end.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
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

/// A record that can't be the one of the snapshot it stands in.
struct RecordMismatch: Error, CustomStringConvertible {
    let description: String
}

extension SnapshotRecord {
    /// This record, if it is one of the snapshot `id` and names no tree outside of it.
    func checked(for id: SnapshotID) throws(RecordMismatch) -> SnapshotRecord {
        guard self.id == id else { throw RecordMismatch(description: "The record is that of snapshot \(self.id).") }
        for tree in trees {
            let name = FilePath(tree.name)
            guard name.components.count == 1, name.isRelative, name.lastComponent?.kind == .regular else {
                throw RecordMismatch(
                    description: "The record names the tree \"\(tree.name)\", which is no directory's name."
                )
            }
        }
        return self
    }
}
