/// What compiling takes a pattern apart with; the syntax is that of gitignore(5), to the letter of git's own matcher.
struct GlobParser {
    private static let asterisk = UInt8(ascii: "*")
    private static let backslash = UInt8(ascii: "\\")
    private static let closing = UInt8(ascii: "]")
    private static let opening = UInt8(ascii: "[")

    private let bytes: [UInt8]
    /// Whether the text is a path, in which `**` has its meaning, and not a name.
    private let isPath: Bool
    private var position = 0

    init(_ bytes: [UInt8], isPath: Bool) {
        self.bytes = bytes
        self.isPath = isPath
    }

    private func byte(ahead count: Int = 0) -> UInt8? {
        position + count < bytes.count ? bytes[position + count] : nil
    }

    private mutating func next() throws(ExcludeComplaint) -> UInt8 {
        guard let byte = byte() else { throw .unclosedBracket }
        position += 1
        return byte
    }

    mutating func tokens() throws(ExcludeComplaint) -> [Glob.Token] {
        var tokens: [Glob.Token] = []
        while let byte = byte() {
            switch byte {
            case Self.asterisk:
                tokens.append(stars())
            case UInt8(ascii: "?"):
                tokens.append(.anyByte)
                position += 1
            case Self.opening:
                position += 1
                tokens.append(.set(try set()))
            case Self.backslash:
                guard let escaped = self.byte(ahead: 1) else { throw .trailingBackslash }
                tokens.append(.byte(escaped))
                position += 2
            default:
                tokens.append(.byte(byte))
                position += 1
            }
        }
        return tokens
    }

    private mutating func stars() -> Glob.Token {
        let start = position
        while byte() == Self.asterisk { position += 1 }
        guard isPath, position - start > 1, start == 0 || bytes[start - 1] == Glob.slash else { return .star }
        switch byte() {
        case nil:
            return .starStar
        case Glob.slash:
            position += 1
            return .directories
        default:
            return byte() == Self.backslash && byte(ahead: 1) == Glob.slash ? .starStar : .star
        }
    }

    /// What is in brackets, the first of which has been taken.
    private mutating func set() throws(ExcludeComplaint) -> ByteSet {
        var set = ByteSet()
        let isNegated = byte() == UInt8(ascii: "!") || byte() == UInt8(ascii: "^")
        if isNegated { position += 1 }
        var previous: UInt8?
        repeat {
            let byte = try next()
            if byte == UInt8(ascii: "-"), let first = previous, let following = self.byte(), following != Self.closing {
                let last = try escaped(next())
                if first <= last { set.insert(first...last) }
                previous = nil
            } else if byte == Self.opening, let named = try namedClass() {
                set.insert(named)
                previous = nil
            } else {
                let member = try escaped(byte)
                set.insert(member)
                previous = member
            }
        } while byte() != Self.closing
        position += 1
        if isNegated { set.invert() }
        set.remove(Glob.slash)
        return set
    }

    /// `byte`, or what follows it where it is a backslash.
    private mutating func escaped(_ byte: UInt8) throws(ExcludeComplaint) -> UInt8 {
        byte == Self.backslash ? try next() : byte
    }

    /// The bytes of `[:name:]`, of which the bracket has been taken; nil where it is only a bracket.
    private mutating func namedClass() throws(ExcludeComplaint) -> [UInt8]? {
        guard byte() == UInt8(ascii: ":") else { return nil }
        let rest = bytes[(position + 1)...]
        guard let end = rest.firstIndex(of: Self.closing) else { throw .unclosedBracket }
        let text = rest[..<end]
        guard text.last == UInt8(ascii: ":") else { return nil }
        let name = String(decoding: text.dropLast(), as: UTF8.self)
        guard let members = ByteSet.bytes(ofClass: name) else { throw .unknownClass(name) }
        position = end + 1
        return members
    }
}
