/// The last member of an export, `nexus-backup.manifest`: what is in the archive before it, and so the mark of its end.
///
/// It is a list as sha256sum(1) writes it, a line for each name of a regular file, so that an extracted tree can be checked
/// with `sha256sum --check nexus-backup.manifest`; what such a line can't say stands in lines that start with `#`.
public enum ManifestFormat {
    /// The name of the archive member.
    public static let memberName = "nexus-backup.manifest"
    /// The first line.
    public static let firstLine: StaticString =
        "# nexus-backup manifest 1; in a directory where this is extracted: sha256sum --check nexus-backup.manifest\n"
    /// Files with more bytes of holes than this have a digest of their data alone: reading zeros would take for ever.
    public static let hashedHoleBytes: UInt64 = 1 << 30
    /// What a line of such a file starts with; the digest and the path follow. The digest is that of, for each run of data, its
    /// offset as eight bytes, the highest first, and its bytes.
    public static let dataOnlyPrefix: StaticString = "# data only: "
    /// What the line of an entry with flags starts with, up to the names of the flags.
    public static let flagsPrefix: StaticString = "# flags: "
    /// What the line of an entry that is not in the archive starts with, up to the reason.
    public static let leftOutPrefix: StaticString = "# left out: "
    /// What the last line starts with; the number of entries, of names of regular files, and of what was left out follow.
    public static let endPrefix: StaticString = "# end: "
}
