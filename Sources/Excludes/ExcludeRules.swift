/// Which entries of a tree are excluded, by patterns in the syntax of gitignore(5).
///
/// The last pattern that matches an entry decides. Nothing below an excluded directory is asked about: a `!` can't bring it
/// back. Names are bytes, and `?` and `[…]` stand for one byte each.
public struct ExcludeRules: Sendable {
    /// The most patterns of a tree.
    public static let maximumCount = 1000

    private let patterns: [ExcludePattern]

    /// Excludes nothing.
    public init() {
        patterns = []
    }

    /// Compiles `patterns`, at most 1,000 of at most 4,096 bytes each, the last of which to match decides.
    /// - Throws: the first that can't be right.
    public init(_ patterns: [String]) throws(ExcludeMistake) {
        guard patterns.count <= Self.maximumCount else { throw .tooMany(patterns.count) }
        var compiled: [ExcludePattern] = []
        for pattern in patterns {
            do throws(ExcludeComplaint) {
                compiled.append(try ExcludePattern(pattern))
            } catch {
                throw .unusable(pattern, error)
            }
        }
        self.patterns = compiled
    }

    /// Whether there is no pattern.
    public var isEmpty: Bool { patterns.isEmpty }

    /// The pattern that excludes the entry at `path`; nil where it is not excluded.
    ///
    /// - Parameters:
    ///   - path: The bytes of its path, relative to the tree's root; what is above it is taken to be not excluded.
    ///   - isDirectory: Whether it is a directory; a symbolic link to one is not.
    public func pattern(excluding path: Span<UInt8>, isDirectory: Bool) -> String? {
        guard !patterns.isEmpty else { return nil }
        var nameStart = path.count
        while nameStart > 0, path[nameStart - 1] != Glob.slash { nameStart -= 1 }
        let name = path.extracting(nameStart..<path.count)
        for index in patterns.indices.reversed() {
            if patterns[index].isForDirectories, !isDirectory { continue }
            if patterns[index].matches(patterns[index].isForNames ? name : path) {
                return patterns[index].isNegated ? nil : patterns[index].text
            }
        }
        return nil
    }
}
