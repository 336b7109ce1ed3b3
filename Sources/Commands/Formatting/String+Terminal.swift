extension String {
    /// The text as it may be shown: what would drive a terminal, or make the text look like another, is escaped.
    var escapedForTerminal: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isSafeOnTerminal {
                result.append(scalar)
            } else {
                result.append(contentsOf: scalar.escapedForTerminal.unicodeScalars)
            }
        }
        return String(result)
    }

    /// How many columns a terminal needs for the text, which has no control characters.
    var columns: Int {
        unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// The text, cut to `limit` columns; what was cut is marked by an ellipsis.
    func truncated(to limit: Int) -> String {
        guard columns > limit else { return self }
        var result = ""
        var width = 0
        for character in self {
            let columns = String(character).columns
            guard width + columns < limit else { break }
            result.append(character)
            width += columns
        }
        return limit > 0 ? result + "…" : ""
    }

    /// The text, filled with blanks to `width` columns.
    func padded(to width: Int, isRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - columns))
        return isRight ? blanks + self : self + blanks
    }

    /// The text as one word of a shell command.
    var quotedForShell: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "_-./:=@%+,".utf8.contains(byte)
                }
            }
        return isPlain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Unicode.Scalar {
    /// Whether it is shown and does nothing else.
    var isSafeOnTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    fileprivate var escapedForTerminal: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }

    /// As wcwidth(3), which would need a locale.
    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
