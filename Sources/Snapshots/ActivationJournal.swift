import BackupModel
import FoundationEssentials
import Linux
import SystemPackage

/// What is known of activations: the one that is under way, where the live trees came from, and the trees that were live
/// before. One file, which is replaced as a whole, so that it is never at odds with itself.
struct ActivationJournal: Codable, Sendable, Equatable {
    static let fileName = FilePath(".activations.json")
    static let stagedName = FilePath(".activations.json.partial")
    private static let maximumByteCount = 4 << 20

    var version = 1
    /// What was begun and not ended.
    var intent: Intent?
    /// Which snapshot each live tree is a copy of.
    var origins: [Origin] = []
    /// The snapshot that was made live last.
    var last: SnapshotID?
    /// The trees that were live, which stay until the snapshot to go back to them is deleted.
    var retained: [RetainedTree] = []

    /// An activation that is under way.
    struct Intent: Codable, Sendable, Equatable {
        var snapshot: SnapshotID
        /// The snapshot of the state before.
        var undo: SnapshotID
        var exchanges: [Exchange]
    }

    /// Two trees that change places.
    struct Exchange: Codable, Sendable, Equatable {
        /// The name of the source.
        var source: String
        /// Where the live tree is, without symbolic links.
        var path: String
        /// Where the other tree is, beside it.
        var staging: String
        /// The tree that is live before.
        var old: TreeIdentity
        /// The copy of the snapshot's; nil until it is whole.
        var new: TreeIdentity?
    }

    /// Where a live tree came from.
    struct Origin: Codable, Sendable, Equatable {
        var source: String
        var path: String
        var snapshot: SnapshotID
        var tree: TreeIdentity
    }

    /// A tree that was live.
    struct RetainedTree: Codable, Sendable, Equatable {
        var undo: SnapshotID
        var source: String
        /// Where it is.
        var staging: String
        var tree: TreeIdentity
    }
}

extension ActivationJournal {
    /// Reads the journal that stands in `directory`; an empty one where there is none.
    static func read(in directory: borrowing Descriptor) throws -> ActivationJournal {
        guard let file = try directory.openIfThere(fileName, [.readOnly, .noFollow, .nonBlocking]) else {
            return ActivationJournal()
        }
        let journal = try JSONDecoder().decode(Self.self, from: Data(file.readAll(limit: maximumByteCount)))
        guard journal.version == 1 else {
            throw UnreadableRecord(description: "\(fileName) has version \(journal.version), and not 1.")
        }
        return journal
    }

    /// Puts the journal in its place in `directory`; on stable storage when this returns.
    func write(in directory: borrowing Descriptor) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try directory.writeDurably(
            Array(encoder.encode(self)) + [UInt8(ascii: "\n")],
            to: Self.fileName,
            staging: Self.stagedName
        )
    }

    /// The journal once the activation under way is done: its new trees are live, and its old ones are kept.
    func completed() -> ActivationJournal {
        guard let intent else { return self }
        var result = self
        result.intent = nil
        result.last = intent.snapshot
        let sources = Set(intent.exchanges.map(\.source))
        result.origins.removeAll { sources.contains($0.source) }
        for exchange in intent.exchanges {
            guard let new = exchange.new else { continue }
            result.origins.append(
                Origin(source: exchange.source, path: exchange.path, snapshot: intent.snapshot, tree: new)
            )
            result.retained.append(
                RetainedTree(
                    undo: intent.undo,
                    source: exchange.source,
                    staging: exchange.staging,
                    tree: exchange.old
                )
            )
        }
        return result
    }
}
