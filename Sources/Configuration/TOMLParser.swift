/// Reads TOML 1.0 as far as a configuration needs it: every text is read, numbers with a fraction and dates are noted as
/// such only, and depth is bounded.
///
/// It is our own because toml++ ends the process on some malformed texts (`[[[`, a key with very many dots), and because
/// its wrapper does not tell where a value is.
struct TOMLParser {
    /// More than any key of ours needs, few enough for the stack.
    static let depthLimit = 16

    var cursor: TOMLCursor

    /// The table of the top level.
    static func parse(_ text: String) throws(TOMLError) -> [String: Node] {
        var parser = TOMLParser(cursor: TOMLCursor(text))
        let root = TOMLTable(.header, at: parser.cursor.position)
        var table = root
        while try parser.skipToContent() {
            if parser.cursor.current == UInt8(ascii: "[") {
                table = try parser.header(in: root)
            } else {
                try parser.keyAndValue(in: table, depth: 0)
            }
            try parser.endOfLine()
        }
        guard case .table(let entries) = root.node.value else { return [:] }
        return entries
    }

    /// Skips blanks, line ends and comments; false at the end of the text.
    mutating func skipToContent() throws(TOMLError) -> Bool {
        while true {
            cursor.skipBlanks()
            try skipComment()
            if cursor.current == nil { return false }
            if !cursor.skipLineEnd() { return true }
        }
    }

    private mutating func skipComment() throws(TOMLError) {
        guard cursor.skip(UInt8(ascii: "#")) else { return }
        _ = cursor.skip { !$0.isForbiddenControl }
        guard let byte = cursor.current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") else { return }
        throw cursor.error("the comment contains the control character \(cursor.currentCharacter)")
    }

    private mutating func endOfLine() throws(TOMLError) {
        cursor.skipBlanks()
        try skipComment()
        guard cursor.current == nil || cursor.skipLineEnd() else {
            throw cursor.error("the line should end here, and there is \(cursor.currentCharacter)")
        }
    }

    /// Reads `[name]` or `[[name]]`, and gives the table that what follows belongs to.
    private mutating func header(in root: TOMLTable) throws(TOMLError) -> TOMLTable {
        let start = cursor.position
        cursor.advance()
        let isElement = cursor.skip(UInt8(ascii: "["))
        cursor.skipBlanks()
        var keys = try dottedKey().map { TOMLKey(name: $0.name, position: start) }
        for _ in 0..<(isElement ? 2 : 1) {
            guard cursor.skip(UInt8(ascii: "]")) else {
                throw cursor.error("\"]\" is missing before \(cursor.currentCharacter)")
            }
        }
        let last = keys.removeLast()
        var table = root
        for key in keys { table = try table.parent(key) }
        return isElement ? try table.element(last) : try table.header(last)
    }

    /// Reads `key = value` into `table`.
    mutating func keyAndValue(in table: TOMLTable, depth: Int) throws(TOMLError) {
        var keys = try dottedKey()
        guard cursor.skip(UInt8(ascii: "=")) else {
            throw cursor.error("\"=\" is missing before \(cursor.currentCharacter)")
        }
        cursor.skipBlanks()
        let value = try value(depth: depth)
        let last = keys.removeLast()
        var table = table
        for key in keys { table = try table.dotted(key) }
        try table.set(last, to: value)
    }

    /// Reads a key and the blanks after it: at least one part.
    private mutating func dottedKey() throws(TOMLError) -> [TOMLKey] {
        var keys: [TOMLKey] = []
        repeat {
            guard keys.count < Self.depthLimit else { throw cursor.error("the key has too many dots") }
            cursor.skipBlanks()
            let start = cursor.position
            keys.append(TOMLKey(name: try keyPart(), position: start))
            cursor.skipBlanks()
        } while cursor.skip(UInt8(ascii: "."))
        return keys
    }

    private mutating func keyPart() throws(TOMLError) -> String {
        if let quote = cursor.current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            cursor.advance()
            return try singleLineString(quote)
        }
        let name = cursor.skip(while: \.isBareKey)
        guard !name.isEmpty else { throw cursor.error("a key should be here, and there is \(cursor.currentCharacter)") }
        return name
    }
}
