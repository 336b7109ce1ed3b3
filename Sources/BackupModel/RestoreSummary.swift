/// What a restoration has done, or would do.
public struct RestoreSummary: Sendable, Equatable {
    /// Something that entries had in the backup and could not be given back.
    public struct Loss: Sendable, Equatable {
        /// What, such as `owner` or `acl`.
        public var what: String
        /// How many entries.
        public var count: UInt64
        /// The path in the backup of the first, and why.
        public var first: String

        /// Creates a loss.
        public init(what: String, count: UInt64, first: String) {
            self.what = what
            self.count = count
            self.first = first
        }
    }

    /// Whether nothing was written, and this is what would be done.
    public var isDryRun = false
    /// What it was restored from: `snapshot` or `export`.
    public var origin = ""
    /// Entries that were not there.
    public var created: UInt64 = 0
    /// Entries that took another's place, and directories that were changed.
    public var replaced: UInt64 = 0
    /// Entries in whose place was something that was kept.
    public var kept: UInt64 = 0
    /// Entries that looked the same as what was there.
    public var unchanged: UInt64 = 0
    /// Entries that were not restored as something is in the way.
    public var conflicts: UInt64 = 0
    /// The first of those, as a sentence; empty when there is none.
    public var firstConflict = ""
    /// Bytes of content that were written, or would be.
    public var byteCount: UInt64 = 0
    /// What could not be given back, by kind.
    public var losses: [Loss] = []
    /// Where what was selected is now, the first of them: absolute paths, or names in the directory that the caller opened.
    public var targets: [[UInt8]] = []

    /// The summary of having done nothing.
    public init() {}
}
