/// What the administrator wants left out of the export of a tree; nothing unless it says so.
public struct ExportExcludes: Sendable, Codable, Equatable {
    /// Patterns in the syntax of gitignore(5), relative to the tree's root; the last one to match an entry decides.
    public var patterns: [String]
    /// Whether the contents of directories are left out that a `CACHEDIR.TAG` says to be caches.
    public var caches: Bool
    /// Whether the contents of directories are left out that hold a file `.nobackup`.
    public var marked: Bool

    /// Creates excludes.
    public init(patterns: [String] = [], caches: Bool = false, marked: Bool = false) {
        self.patterns = patterns
        self.caches = caches
        self.marked = marked
    }

    /// Whether nothing is to be left out.
    public var isEmpty: Bool { patterns.isEmpty && !caches && !marked }
}
