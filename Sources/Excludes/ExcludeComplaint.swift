/// What is wrong with a pattern.
public enum ExcludeComplaint: Error, Sendable, Equatable {
    case empty
    case loneNegation
    case comment
    case controlCharacter
    case tooLong
    case onlySlashes
    case doubleSlash
    case dots
    case trailingBackslash
    case unclosedBracket
    case unknownClass(String)
}

extension ExcludeComplaint: CustomStringConvertible {
    /// What is wrong, after a "which".
    public var description: String {
        switch self {
        case .empty: "is empty"
        case .loneNegation: "has nothing after its \"!\""
        case .comment: "starts with \"#\" and so is a comment; write \"\\#\" where a name starts with it"
        case .controlCharacter: "contains a control character; \"?\" stands for any one"
        case .tooLong: "is longer than \(ExcludePattern.maximumByteCount) bytes"
        case .onlySlashes: "names nothing in the source; \"/*\" stands for all that is in it"
        case .doubleSlash: "has two slashes side by side, which no path has"
        case .dots: "has a part \".\" or \"..\", which no path has; patterns are relative to the source's root"
        case .trailingBackslash: "ends in a backslash, after which a character is missing"
        case .unclosedBracket: "has a \"[\" without a \"]\"; write \"\\[\" for the character itself"
        case .unknownClass(let name): "has the character class [:\(name):], which there is not"
        }
    }
}
