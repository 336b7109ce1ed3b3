import ExportProtocol

/// A line of a manifest, taken apart as far as it must be to be compared.
struct ManifestLine: Equatable {
    /// What a line is about.
    enum Subject: Equatable {
        case file
        case flags
        case leftOut
        case end
    }

    let subject: Subject
    /// The line, without the newline at its end.
    let text: [UInt8]
    /// The path in it, escaped as it stands there; of the last line, what it counts.
    let path: ArraySlice<UInt8>

    private static let digestLength = 64

    /// The path as it is.
    var unescapedPath: [UInt8] {
        var result: [UInt8] = []
        var rest = path
        while let byte = rest.popFirst() {
            switch (byte, rest.first) {
            case (UInt8(ascii: "\\"), UInt8(ascii: "n")): result.append(UInt8(ascii: "\n"))
            case (UInt8(ascii: "\\"), UInt8(ascii: "r")): result.append(UInt8(ascii: "\r"))
            case (UInt8(ascii: "\\"), UInt8(ascii: "\\")): result.append(byte)
            default:
                result.append(byte)
                continue
            }
            rest = rest.dropFirst()
        }
        return result
    }

    /// Takes `text` apart; nil for what is no line of a manifest.
    init?(_ text: [UInt8]) {
        self.text = text
        if let rest = Self.rest(of: text, after: Self.endPrefix) {
            (subject, path) = (.end, rest)
        } else if let rest = Self.rest(of: text, after: Self.leftOutPrefix) {
            (subject, path) = (.leftOut, rest)
        } else if let rest = Self.rest(of: text, after: Self.flagsPrefix) {
            guard let path = Self.afterBlanks(rest) else { return nil }
            (subject, self.path) = (.flags, path)
        } else {
            let rest = Self.rest(of: text, after: Self.dataOnlyPrefix) ?? text[...]
            let digest = rest.first == UInt8(ascii: "\\") ? rest.dropFirst() : rest
            guard digest.count > Self.digestLength + 2, digest.prefix(Self.digestLength).allSatisfy(Self.isDigit),
                digest.dropFirst(Self.digestLength).starts(with: Self.blanks)
            else { return nil }
            (subject, path) = (.file, digest.dropFirst(Self.digestLength + 2))
        }
    }

    private static let endPrefix = Array(ManifestFormat.endPrefix.description.utf8)
    private static let leftOutPrefix = Array(ManifestFormat.leftOutPrefix.description.utf8)
    private static let flagsPrefix = Array(ManifestFormat.flagsPrefix.description.utf8)
    private static let dataOnlyPrefix = Array(ManifestFormat.dataOnlyPrefix.description.utf8)
    private static let blanks = Array("  ".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func rest(of text: [UInt8], after prefix: [UInt8]) -> ArraySlice<UInt8>? {
        text.starts(with: prefix) ? text[prefix.count...] : nil
    }

    private static func afterBlanks(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = text
        while rest.count > 2 {
            if rest.starts(with: blanks) { return rest.dropFirst(2) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
