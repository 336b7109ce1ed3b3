import Linux

/// How an archive differs from what its manifest says.
struct Findings: Sendable {
    /// How something differs; completes "the first is PATH, which …".
    enum Difference: String, Sendable {
        case changed = "has other content than was written"
        case missing = "is not in the archive"
        case unexpected = "is in the archive and not in its manifest"
        case otherFlags = "has other flags than its manifest says"
        case miscounted = "counts something else than there is in the archive"
        case malformed = "has a line that is none"
    }

    /// How many were found.
    private(set) var count: UInt64 = 0
    /// The path of the first, for a message, and what it is.
    private(set) var first: (path: String, difference: Difference)?

    /// Adds one about `path`, of which a message shows the end where it is long.
    mutating func add(_ path: [UInt8], _ difference: Difference) {
        count += 1
        guard first == nil else { return }
        first = ((path.count > 1000 ? "…" : "") + printable(path.suffix(1000)), difference)
    }

    /// Adds those of `others`.
    mutating func add(_ others: Findings) {
        count += others.count
        if first == nil { first = others.first }
    }
}
