import Archive
import Linux

/// Who is told what is in an archive while it is checked, and may take of it what is wanted.
protocol ArchiveFollower {
    /// The archive is the right one, and holds these sources.
    func start(_ sources: [[UInt8]]) throws
    /// The archive is one that something else has made; its members' names are not what they are in an export.
    func startPlain() throws
    /// A member follows.
    /// - Returns: Whether its content is wanted.
    func begin(_ entry: ArchivedEntry) throws -> Bool
    /// A piece of the member's content; what no piece covers is zeros.
    func write(_ buffer: ByteBuffer, at offset: UInt64) throws
    /// All of the member's content has come.
    func end() throws
}

/// A member of an archive that nobody would have written into an export.
struct MalformedMember: Error {
    /// Completes "the export is damaged: …".
    let reason: String
}
