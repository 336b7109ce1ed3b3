/// One pattern of gitignore(5).
struct ExcludePattern: Sendable {
    /// The longest pattern: as long as a path that a system call takes.
    static let maximumByteCount = 4096

    let text: String
    /// Whether it takes back what an earlier one excludes.
    let isNegated: Bool
    /// Whether it is about directories alone.
    let isForDirectories: Bool
    /// Whether it is about the last component of a path, wherever that is, and not about the whole path.
    let isForNames: Bool
    private let form: Form

    /// How a pattern is compared; most need no more than the first ones.
    private enum Form {
        case literal([UInt8])
        /// A name that starts so.
        case prefix([UInt8])
        /// A name that ends so.
        case suffix([UInt8])
        /// What starts so and goes on as the glob says.
        case glob([UInt8], Glob)
    }

    init(_ text: String) throws(ExcludeComplaint) {
        self.text = text
        var bytes = try Self.checked(text)
        isNegated = bytes.first == UInt8(ascii: "!")
        if isNegated { bytes.removeFirst() }
        guard !bytes.isEmpty else { throw isNegated ? .loneNegation : .empty }
        guard bytes.contains(where: { $0 != Glob.slash }) else { throw .onlySlashes }
        isForDirectories = bytes.last == Glob.slash
        if isForDirectories { bytes.removeLast() }
        let isPath = bytes.contains(Glob.slash)
        if bytes.first == Glob.slash { bytes.removeFirst() }
        var parser = GlobParser(bytes, isPath: isPath)
        var tokens = try parser.tokens()
        if let complaint = Self.complaint(aboutPath: tokens) { throw complaint }
        // Wherever it is: what it says of a path it says of its last component.
        let isName = tokens.first == .directories && !tokens.dropFirst().contains { $0.canHoldSlash }
        if isName { tokens.removeFirst() }
        isForNames = isName || !isPath
        form = Self.form(tokens, isForNames: isForNames)
    }

    /// The bytes without the spaces at their end, which only count behind a backslash.
    private static func checked(_ text: String) throws(ExcludeComplaint) -> [UInt8] {
        var bytes = Array(text.utf8)
        guard bytes.count <= maximumByteCount else { throw .tooLong }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard bytes.first != UInt8(ascii: "#") else { throw .comment }
        var isEscaped = false
        var end = 0
        for (index, byte) in bytes.enumerated() {
            if isEscaped || byte != UInt8(ascii: " ") { end = index + 1 }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        bytes.removeLast(bytes.count - end)
        return bytes
    }

    private static func complaint(aboutPath tokens: [Glob.Token]) -> ExcludeComplaint? {
        let slash = Glob.Token.byte(Glob.slash)
        let dot = Glob.Token.byte(UInt8(ascii: "."))
        for whole in tokens.split(separator: slash, omittingEmptySubsequences: false) {
            guard !whole.isEmpty else { return .doubleSlash }
            // Each of these has a slash at its own end.
            let component = whole.drop { $0 == .directories }
            if component.isEmpty { return .doubleSlash }
            if component.count <= 2, component.allSatisfy({ $0 == dot }) { return .dots }
        }
        return nil
    }

    private static func form(_ tokens: [Glob.Token], isForNames: Bool) -> Form {
        if let bytes = literal(tokens[...]) { return .literal(bytes) }
        if isForNames, tokens.first == .star, let bytes = literal(tokens.dropFirst()) { return .suffix(bytes) }
        if isForNames, tokens.last == .star, let bytes = literal(tokens.dropLast()) { return .prefix(bytes) }
        let start = tokens.prefix { if case .byte = $0 { true } else { false } }
        return .glob(literal(start) ?? [], Glob(tokens: Array(tokens.dropFirst(start.count))))
    }

    private static func literal(_ tokens: ArraySlice<Glob.Token>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Whether a path, or its last component, matches.
    func matches(_ text: Span<UInt8>) -> Bool {
        switch form {
        case .literal(let bytes): text.count == bytes.count && Self.has(text, bytes, at: 0)
        case .prefix(let bytes): text.count >= bytes.count && Self.has(text, bytes, at: 0)
        case .suffix(let bytes): text.count >= bytes.count && Self.has(text, bytes, at: text.count - bytes.count)
        case .glob(let bytes, let glob):
            text.count >= bytes.count && Self.has(text, bytes, at: 0) && glob.matches(text, from: bytes.count)
        }
    }

    private static func has(_ text: Span<UInt8>, _ bytes: [UInt8], at start: Int) -> Bool {
        // From the end, where names differ sooner.
        for index in bytes.indices.reversed() where text[start + index] != bytes[index] { return false }
        return true
    }
}

extension Glob.Token {
    fileprivate var canHoldSlash: Bool {
        switch self {
        case .byte(let byte): byte == Glob.slash
        case .starStar, .directories: true
        case .anyByte, .set, .star: false
        }
    }
}
