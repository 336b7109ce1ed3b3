/// Reads a text byte by byte, and knows line and column.
struct TOMLCursor {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private(set) var position = Position(line: 1, column: 1)

    init(_ text: String) {
        bytes = Array(text.utf8)
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if bytes.starts(with: byteOrderMark) { offset = byteOrderMark.count }
    }

    /// The byte to be read next; nil at the end.
    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// The character to be read next, for a message.
    var currentCharacter: String {
        guard current != nil else { return "the end of the file" }
        guard current != UInt8(ascii: "\n"), current != UInt8(ascii: "\r") else { return "the end of the line" }
        let character = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.prefix(1)
        return "\"\(printable(String(character)))\""
    }

    /// The text from `start` up to here.
    func text(from start: Int) -> String {
        String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    mutating func advance() {
        guard let byte = current else { return }
        offset += 1
        if byte == UInt8(ascii: "\n") {
            position = Position(line: position.line + 1, column: 1)
        } else if byte & 0xC0 != 0x80 {  // only the first byte of a character counts
            position.column += 1
        }
    }

    /// Skips `byte`, if it comes next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        advance()
        return true
    }

    /// Skips up to `limit` times `byte`, and tells how many there were.
    mutating func skipRun(of byte: UInt8, atMost limit: Int) -> Int {
        var count = 0
        while count < limit, skip(byte) { count += 1 }
        return count
    }

    /// Skips bytes for as long as they satisfy `predicate`, and gives them as text.
    mutating func skip(while predicate: (UInt8) -> Bool) -> String {
        let start = offset
        while let byte = current, predicate(byte) { advance() }
        return text(from: start)
    }

    /// Skips spaces and tabs.
    mutating func skipBlanks() {
        while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { advance() }
    }

    /// Skips a line end, `\n` or `\r\n`.
    mutating func skipLineEnd() -> Bool {
        if current == UInt8(ascii: "\r"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "\n") {
            advance()
        }
        return skip(UInt8(ascii: "\n"))
    }

    /// An error here.
    func error(_ reason: String) -> TOMLError {
        TOMLError(position: position, reason: reason)
    }
}

extension UInt8 {
    /// Whether TOML forbids the byte where it is not escaped; line ends are looked at before.
    var isForbiddenControl: Bool {
        self < 0x20 && self != UInt8(ascii: "\t") || self == 0x7F
    }

    /// Whether the byte may stand in a key without quotes.
    var isBareKey: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    /// Whether the byte may stand in a number, a boolean or a date.
    var isPlainValue: Bool {
        isBareKey || self == UInt8(ascii: "+") || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
    }
}
