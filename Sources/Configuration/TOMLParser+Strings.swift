extension TOMLParser {
    /// Reads a string of any of the four kinds.
    mutating func string() throws(TOMLError) -> String {
        guard let quote = cursor.current else { return "" }
        switch cursor.skipRun(of: quote, atMost: 3) {
        case 2: return ""
        case 3:
            _ = cursor.skipLineEnd()
            return try multiLineString(quote)
        default: return try singleLineString(quote)
        }
    }

    /// Reads the rest of a string that ends with the line, quote included.
    mutating func singleLineString(_ quote: UInt8) throws(TOMLError) -> String {
        var text = ""
        while let byte = cursor.current {
            if cursor.skip(quote) { return text }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                text.unicodeScalars.append(try escape())
            } else {
                text += try plainText(quote)
            }
        }
        throw cursor.error("the string does not end")
    }

    private mutating func multiLineString(_ quote: UInt8) throws(TOMLError) -> String {
        var text = ""
        while let byte = cursor.current {
            if byte == quote {
                // Up to two quotes may stand right before the three that close.
                let run = cursor.skipRun(of: quote, atMost: 5)
                let content = run < 3 ? run : run - 3
                text += String(repeating: quote == UInt8(ascii: "'") ? "'" : "\"", count: content)
                if run >= 3 { return text }
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if try !skipEscapedLineEnd() { text.unicodeScalars.append(try escape()) }
            } else if cursor.skipLineEnd() {
                text += "\n"
            } else {
                text += try plainText(quote)
            }
        }
        throw cursor.error("the string does not end")
    }

    /// Reads text without a quote, an escape or a line end: at least one byte.
    private mutating func plainText(_ quote: UInt8) throws(TOMLError) -> String {
        let isLiteral = quote == UInt8(ascii: "'")
        let text = cursor.skip { $0 != quote && !$0.isForbiddenControl && (isLiteral || $0 != UInt8(ascii: "\\")) }
        guard text.isEmpty else { return text }
        throw cursor.error("the string does not end before \(cursor.currentCharacter)")
    }

    /// Skips a backslash at a line's end, with all blanks and line ends after it.
    private mutating func skipEscapedLineEnd() throws(TOMLError) -> Bool {
        var ahead = cursor
        ahead.advance()
        ahead.skipBlanks()
        guard ahead.skipLineEnd() else { return false }
        repeat { ahead.skipBlanks() } while ahead.skipLineEnd()
        cursor = ahead
        return true
    }

    private mutating func escape() throws(TOMLError) -> Unicode.Scalar {
        let start = cursor
        cursor.advance()
        let kind = cursor.current
        cursor.advance()
        switch kind {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "u"): return try scalar(digitCount: 4, start: start)
        case UInt8(ascii: "U"): return try scalar(digitCount: 8, start: start)
        default: throw start.error("the string contains a backslash that is no escape; double it, or use single quotes")
        }
    }

    private mutating func scalar(digitCount: Int, start: TOMLCursor) throws(TOMLError) -> Unicode.Scalar {
        var code: UInt32 = 0
        for _ in 0..<digitCount {
            let digit = cursor.current.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard let digit else { throw start.error("the escape needs \(digitCount) hexadecimal digits") }
            code = code << 4 | UInt32(digit)
            cursor.advance()
        }
        guard let scalar = Unicode.Scalar(code) else { throw start.error("the escape stands for no character") }
        return scalar
    }
}
