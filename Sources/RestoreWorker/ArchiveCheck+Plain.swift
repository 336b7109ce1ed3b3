import Archive
import ExportWorker
import Linux

/// Encrypted tars that something else has made: they name no sources, and have no manifest to be compared with.
extension ArchiveCheck {
    /// Reads one from its first member on.
    mutating func readPlain(_ first: ArchivedEntry, _ reader: inout PaxReader) throws -> Outcome {
        try follower?.startPlain()
        var next: ArchivedEntry? = first
        while let entry = next {
            note(entry)
            let isWanted = try follower?.begin(entry) ?? false
            if entry.kind == .regular { _ = try digest(entry, &reader, isWanted) }
            tally.addEntry()
            next = try reader.next()
        }
        return .plain
    }
}
