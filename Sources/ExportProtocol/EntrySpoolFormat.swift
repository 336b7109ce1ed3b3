public import BackupModel

/// The file in which the worker keeps a record of every entry it has put into an archive, from which the index is made.
///
/// A header, the records in the order of the archive, and an end mark. Numbers are little-endian. The header is ``magic`` and the
/// inode number of the archive (8 bytes). A record is: how many bytes of the path are those at the start of the path before it (4), how many
/// follow here (4), mode (4), user (4), group (4), size (8), seconds (8) and nanoseconds (4) of the last modification, flags (1), and the
/// bytes of the path that are not the earlier one's. The end mark is ``endMark`` (4) and the number of records (8): a file without it
/// was cut short.
public enum EntrySpoolFormat {
    /// What such a file starts with.
    public static let magic = Array("NXENTRY1".utf8)
    /// Bytes of the header.
    public static let headerByteCount = 16
    /// Bytes of a record but for its path.
    public static let recordByteCount = 41
    /// Bytes of the end mark.
    public static let endByteCount = 12
    /// What stands at the end in place of the first number of a record.
    public static let endMark = UInt32.max
    /// The flag of a further name of a file that the archive holds under an earlier one.
    public static let hardLinkFlag: UInt8 = 1
    /// The longest path that is kept.
    public static let maximumPathByteCount = 1 << 20
}

extension FileEntry.Kind {
    /// The type bits of the mode, as inode(7) has them.
    public var modeBits: UInt32 {
        switch self {
        case .fifo: 0o010000
        case .characterDevice: 0o020000
        case .directory: 0o040000
        case .blockDevice: 0o060000
        case .file: 0o100000
        case .symbolicLink: 0o120000
        }
    }

    /// The type in the bits of `mode`; nil for one that no export holds.
    public init?(mode: UInt32) {
        guard let kind = Self.allCases.first(where: { $0.modeBits == mode & 0o170000 }) else { return nil }
        self = kind
    }
}
