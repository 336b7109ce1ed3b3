import BackupModel
import Linux
import Logging
import SystemPackage

/// The durable source of ids: counted up, and never given twice, whatever is deleted and however the machine ends.
struct IDCounter: Sendable {
    static let name = FilePath(".next-id")
    static let stagedName = FilePath(".next-id.partial")

    /// The next id; one past the largest when there is none left.
    private(set) var next: UInt64

    /// Reads the counter that stands in `directory`; it is at least `lowest`, and past every number seen.
    init(
        in directory: borrowing Descriptor,
        lowest: SnapshotID,
        seen: some Sequence<SnapshotID>,
        logger: Logger
    ) throws(LinuxError) {
        next = max(1, UInt64(lowest))
        if let stored = try Self.read(in: directory, logger) { next = max(next, stored) }
        if let largest = seen.max() { next = max(next, UInt64(largest) + 1) }
    }

    /// Takes the next id, which is given to nobody else once this returns; also after a power cut, once `directory` has been
    /// synchronized, which making the snapshot ends with before anybody is told the id.
    mutating func take(in directory: borrowing Descriptor) throws -> SnapshotID {
        guard let id = SnapshotID(exactly: next) else {
            throw BackupError(
                .limitsExceeded,
                "All ids up to \(SnapshotID.max) are used up; there can be no more snapshots in this directory."
            )
        }
        let following = UInt64(id) + 1
        try directory.writeDurably(
            Array("\(following)\n".utf8),
            to: Self.name,
            staging: Self.stagedName,
            synchronizesName: false
        )
        next = following
        return id
    }

    private static func read(in directory: borrowing Descriptor, _ logger: Logger) throws(LinuxError) -> UInt64? {
        let text: String
        do {
            let file = try directory.open(name, [.readOnly, .noFollow, .nonBlocking])
            text = String(decoding: try file.readAll(limit: 64), as: UTF8.self)
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory: return nil
            case .tooManySymbolicLinkLevels, .fileTooLarge, .isDirectory: text = "?"
            default: throw error
            }
        }
        guard let stored = UInt64(text.prefix { $0 != "\n" }), stored <= UInt64(SnapshotID.max) + 1 else {
            logger.warning("The counter of ids \(name) can't be read; ids go on after the largest that is in use.")
            return nil
        }
        return stored
    }
}
