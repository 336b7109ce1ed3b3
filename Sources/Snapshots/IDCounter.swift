import BackupModel
import Linux
import SystemPackage

/// The durable source of ids: counted up, and never given twice, whatever is deleted and however the machine ends.
struct IDCounter: Sendable {
    private static let name = FilePath(".next-id")
    private static let stagedName = FilePath(".next-id.partial")

    /// The next id; nil when there is none left.
    private(set) var next: SnapshotID?

    /// Reads the counter that stands in `directory`; it is at least `lowest`, and past every number seen.
    init(in directory: borrowing Descriptor, lowest: SnapshotID, seen: some Sequence<SnapshotID>) throws(LinuxError) {
        var next = max(lowest, 1)
        if let stored = try Self.read(in: directory) { next = max(next, stored) }
        for id in seen {
            guard id < SnapshotID.max else {
                self.next = nil
                return
            }
            next = max(next, id + 1)
        }
        self.next = next
    }

    /// Takes the next id, which is given to nobody else once this returns, also after a power cut.
    mutating func take(in directory: borrowing Descriptor) throws -> SnapshotID {
        guard let id = next else {
            throw BackupError(
                .limitsExceeded,
                "All ids up to \(SnapshotID.max) are used up; there can be no more snapshots."
            )
        }
        let following = id == SnapshotID.max ? nil : id + 1
        let text = following.map { "\($0)\n" } ?? "none\n"
        try directory.writeDurably(Array(text.utf8), to: Self.name, staging: Self.stagedName)
        next = following
        return id
    }

    private static func read(in directory: borrowing Descriptor) throws(LinuxError) -> SnapshotID? {
        do {
            let file = try directory.open(name, [.readOnly, .noFollow, .nonBlocking])
            let text = String(decoding: try file.readAll(limit: 64), as: UTF8.self)
            return SnapshotID(text.prefix { $0 != "\n" })
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}
