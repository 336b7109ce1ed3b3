extension TOMLParser {
    /// Reads a value of any type.
    mutating func value(depth: Int) throws(TOMLError) -> Node.Value {
        guard depth < Self.depthLimit else { throw cursor.error("the value is nested too deeply") }
        switch cursor.current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "{"): return try inlineTable(depth: depth + 1)
        default: return try plainValue()
        }
    }

    private mutating func array(depth: Int) throws(TOMLError) -> [Node] {
        cursor.advance()
        var elements: [Node] = []
        while true {
            _ = try skipToContent()
            if cursor.skip(UInt8(ascii: "]")) { return elements }
            let start = cursor.position
            elements.append(Node(value: try value(depth: depth), position: start))
            _ = try skipToContent()
            if cursor.skip(UInt8(ascii: ",")) { continue }
            guard cursor.current == UInt8(ascii: "]") else {
                throw cursor.error("\",\" or \"]\" should be here, and there is \(cursor.currentCharacter)")
            }
        }
    }

    private mutating func inlineTable(depth: Int) throws(TOMLError) -> Node.Value {
        let table = TOMLTable(.inline, at: cursor.position)
        cursor.advance()
        cursor.skipBlanks()
        if cursor.skip(UInt8(ascii: "}")) { return table.node.value }
        while true {
            try keyAndValue(in: table, depth: depth)
            cursor.skipBlanks()
            if cursor.skip(UInt8(ascii: "}")) { return table.node.value }
            guard cursor.skip(UInt8(ascii: ",")) else {
                throw cursor.error("\",\" or \"}\" should be here, and there is \(cursor.currentCharacter)")
            }
        }
    }

    /// Reads a value without quotes or brackets.
    private mutating func plainValue() throws(TOMLError) -> Node.Value {
        let start = cursor.position
        let text = cursor.skip(while: \.isPlainValue)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "": throw cursor.error("a value should be here, and there is \(cursor.currentCharacter)")
        default: break
        }
        if let digits = Digits(text) {
            guard let number = digits.number else {
                throw TOMLError(position: start, reason: "the number \(printable(text)) is too large")
            }
            return .integer(number)
        }
        if Self.isDate(text) {
            // A time may follow its date after a blank.
            cursor.skipBlanks()
            _ = cursor.skip(while: \.isPlainValue)
            return .other("a date or a time")
        }
        if Self.isFraction(text) { return .other("a number with a fraction") }
        throw TOMLError(position: start, reason: "\(printable(text)) is no value; a text needs quotes")
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: text.contains(":") && !text.contains("-") ? ":" : "-")
        guard let first = parts.first, parts.count >= 2 else { return false }
        return [2, 4].contains(first.utf8.count) && first.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isFraction(_ text: String) -> Bool {
        let unsigned = withoutSign(text[...])
        if ["inf", "nan"].contains(unsigned) { return true }
        let parts = unsigned.split(maxSplits: 1, omittingEmptySubsequences: false) { "eE".contains($0) }
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count + mantissa.count > 2, mantissa[0] == "0" || !mantissa[0].hasPrefix("0") else { return false }
        return (mantissa + parts.dropFirst().map(withoutSign)).allSatisfy { digits in
            let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
            return groups.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        }
    }

    private static func withoutSign(_ text: Substring) -> Substring {
        text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text
    }
}

/// The digits of a whole number as TOML writes it.
private struct Digits {
    private let text: String
    private let radix: Int

    /// Reads `text`; nil for what is no whole number.
    init?(_ text: String) {
        let prefixes = ["0x": 16, "0o": 8, "0b": 2]
        radix = prefixes[String(text.prefix(2))] ?? 10
        let sign = radix == 10 && text.first.map { "+-".contains($0) } == true ? String(text.prefix(1)) : ""
        let digits = text.dropFirst(radix == 10 ? sign.count : 2)
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        let radix = self.radix
        guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? 16) < radix } })
        else { return nil }
        if radix == 10, digits.count > 1, digits.first == "0" { return nil }
        self.text = sign + groups.joined()
    }

    /// The number; nil when it does not fit 64 bits.
    var number: Int64? { Int64(text, radix: radix) }
}
