/// Why a text is not given to the parser.
///
/// toml++ 3.4 ends the process on some malformed texts, by a failed assertion or by running out of stack; each of the rules
/// here keeps one kind of them from it.
struct Refusal {
    /// The longest line, in bytes; errors about a key quote it.
    private static let maximumLineLength = 8192
    let line: Int
    let message: String

    /// nil where `text` may be parsed.
    init?(of text: String) {
        var scan = ValueScan()
        for (index, line) in text.utf8.split(separator: .lineFeed, omittingEmptySubsequences: false).enumerated() {
            let line = Array(line)
            let isNameless = !scan.isInString && Self.opensNoName(line)
            let complaint =
                isNameless
                ? "starts with a bracket that no name follows"
                : Self.complaint(about: line) ?? scan.complaint(about: line)
            guard let complaint else { continue }
            self.line = index + 1
            message = "Line \(index + 1) \(complaint)."
            return
        }
        return nil
    }

    private static func complaint(about line: [UInt8]) -> String? {
        if line.count > maximumLineLength { return "is longer than \(maximumLineLength) bytes" }
        // The wrapper cuts off the text, keys and strings at a NUL.
        if line.contains(0) || line.contains("\\u0000".utf8) || line.contains("\\U00000000".utf8) {
            return "contains a NUL character"
        }
        return nil
    }

    /// toml++ asserts that what follows the brackets of a header starts a key.
    private static func opensNoName(_ line: [UInt8]) -> Bool {
        // Byte order marks are blanks to it at the start.
        let start = line.drop { $0.isBlank || "\u{feff}".utf8.contains($0) }
        let bracket = UInt8(ascii: "[")
        guard start.first == bracket else { return false }
        let name = start.dropFirst(start.dropFirst().first == bracket ? 2 : 1).drop(while: \.isBlank)
        return name.first.map { !$0.isBareKey && !"\"']".utf8.contains($0) } ?? true
    }
}

/// Follows a text from line to line to where a value may start, there to find what toml++ asserts not to find.
///
/// What it makes of a text after a mistake does not matter, because the parser stops there.
private struct ValueScan {
    /// The most dots on a line, outside of strings and comments.
    ///
    /// Keys joined by dots nest tables, which are released by recursion. With the parser's own limit of 256 nested values,
    /// the lines of a text can't add up to more than some thousand levels.
    private static let maximumDotCount = 32

    /// The quotes that end the string this is in.
    private var closingQuotes: [UInt8]?
    /// Whether there were only blanks, line ends and comments since a character that values follow.
    private var isExpectingValue = false

    var isInString: Bool { closingQuotes != nil }

    mutating func complaint(about line: [UInt8]) -> String? {
        var rest = line[...]
        var dotCount = 0
        while let byte = rest.first {
            if let quotes = closingQuotes {
                rest = rest.dropFirst(lengthInString(rest, until: quotes))
                continue
            }
            if byte == UInt8(ascii: "#") { break }
            if byte == UInt8(ascii: ".") { dotCount += 1 }
            if dotCount > Self.maximumDotCount { return "contains more than \(Self.maximumDotCount) dots" }
            if isExpectingValue, let complaint = Self.complaint(aboutValue: rest) { return complaint }
            let isBlank = byte.isBlank || byte == UInt8(ascii: "\r")
            isExpectingValue = "=[,".utf8.contains(byte) || isExpectingValue && isBlank
            if "\"'".utf8.contains(byte) {
                closingQuotes = Array(repeating: byte, count: rest.starts(with: [byte, byte, byte]) ? 3 : 1)
            }
            rest = rest.dropFirst(closingQuotes?.count ?? 1)
        }
        // Only a string in three quotes has more lines.
        if closingQuotes?.count == 1 { closingQuotes = nil }
        return nil
    }

    /// The length of the next part of a string; where that is its end, the string is left.
    private mutating func lengthInString(_ text: ArraySlice<UInt8>, until quotes: [UInt8]) -> Int {
        guard text.starts(with: quotes) else {
            return text.first == UInt8(ascii: "\\") && quotes.first == UInt8(ascii: "\"") ? 2 : 1
        }
        closingQuotes = nil
        // Two quotes in front of the last three belong to the string.
        return quotes.count == 1 ? 1 : text.prefix(5).prefix { $0 == text.first }.count
    }

    private static func complaint(aboutValue text: ArraySlice<UInt8>) -> String? {
        switch text.first {
        case UInt8(ascii: "}"):
            return "has a brace where a value should be"
        case 0xC2 where text.starts(with: "\u{85}".utf8),
            0xE2 where text.starts(with: "\u{2028}".utf8) || text.starts(with: "\u{2029}".utf8):
            return "has a line separator where a value should be"
        case .some(let first) where first.isDigit:
            // The start of a date, of which no key has one.
            let token = text.prefix { !" \t\r,]}#".utf8.contains($0) }.filter { $0 != UInt8(ascii: "_") }
            guard token.dropFirst(4).first == UInt8(ascii: "-") else { return nil }
            return "has a value that is no text in quotes, no whole number and not true or false"
        default:
            return nil
        }
    }
}
