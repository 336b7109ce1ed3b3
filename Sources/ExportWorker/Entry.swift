import BackupModel
import ExportProtocol
import Linux

/// An entry of a tree on its way from the walk through a reader to the archive; reused, with its memory.
final class Entry: @unchecked Sendable {  // one owner at a time, as EntryQueue hands it on
    /// What a regular file's content is taken from.
    enum Content {
        /// There is none.
        case none
        /// `data` holds all of it.
        case data
        /// It is still to be read.
        case file(ContentFile)
    }

    private static let keptCapacity = 8 << 10

    /// The entry's name in the archive.
    let path = EntryPath()
    var kind = FileAttributes.Kind.unknown
    /// Where the entry is; for a directory, itself. Let go of as soon as the entry was read.
    var directory: OpenDirectory?
    var attributes = FileAttributes()
    let extendedAttributes = ExtendedAttributes()
    let data = ByteBuffer()
    var content = Content.none
    /// The digest of a regular file's content, where it was read whole.
    var digest: ContentDigest?
    /// Where the content is, between holes; nil when there are no holes.
    var extents: [DataExtent]?
    /// Why the entry, or what is in it, is not in the archive.
    var leftOut: LeftOutReason?
    /// The pattern that excludes it.
    var pattern: String?
    /// Why the entry could not be read.
    var failure: BackupError?

    /// Becomes empty, keeping little memory.
    func clear() {
        directory = nil
        extendedAttributes.clear()
        data.clear(keeping: Self.keptCapacity)
        content = .none
        digest = nil
        extents = nil
        leftOut = nil
        pattern = nil
        failure = nil
    }

    /// Bytes this entry counts for in the memory that all of them may take.
    var weight: Int {
        let held = data.capacity + extendedAttributes.byteCount + (extents?.count ?? 0) * 16
        if case .file = content { return held + (64 << 10) }
        return held
    }
}
