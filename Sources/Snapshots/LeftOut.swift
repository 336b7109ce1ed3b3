import SystemPackage

/// What could not be taken along: the first of it by name, and how much more there is.
///
/// Names in a source are chosen by whoever may write there; they fill a bounded part of the record only.
struct LeftOut: Sendable, Equatable {
    private static let maximumCount = 1000
    private static let maximumByteCount = 32 << 10

    private var named: [String] = []
    private var byteCount = 0
    private var unnamedCount = 0

    /// Adds `what`, followed by the path and, where there is one, the reason.
    mutating func add(_ what: String, _ path: FilePath, _ reason: String = "") {
        let fragment = "\(what) \(path.text)\(reason)"
        guard named.count < Self.maximumCount, byteCount + fragment.utf8.count <= Self.maximumByteCount else {
            unnamedCount += 1
            return
        }
        byteCount += fragment.utf8.count
        named.append(fragment)
    }

    /// One sentence fragment each.
    var fragments: [String] {
        unnamedCount > 0 ? named + ["\(unnamedCount) more"] : named
    }
}
