/// Why a list of patterns can't be used.
public enum ExcludeMistake: Error, Sendable, Equatable {
    /// There are this many of them.
    case tooMany(Int)
    /// This is the first of them that can't be right.
    case unusable(String, ExcludeComplaint)
}

extension ExcludeMistake {
    /// What is wrong, after the name of whose patterns they are.
    ///
    /// - Parameter quote: Makes a pattern, which may be anything, fit for a message.
    public func complaint(quoting quote: (String) -> String) -> String {
        switch self {
        case .tooMany(let count):
            "has \(count) patterns, more than \(ExcludeRules.maximumCount)"
        case .unusable(let pattern, let complaint):
            "has the pattern \"\(quote(pattern))\", which \(complaint)"
        }
    }
}
