import BackupModel

/// A text that is looked for in paths, whatever the case of its letters.
///
/// A path matches when the text is in it and ends in the name of the entry itself, so that what is in a directory that matches does not
/// match for that alone. A slash in the text stands between components; one at its start makes it begin with a
/// component, one at its end makes it about directories.
struct SearchPattern {
    /// The shortest part of a text that its index finds, in characters.
    static let leastLength = 3
    /// The longest text in bytes.
    static let maximumByteCount = 4096
    private static let maximumTrigramCount = 16

    /// How a name is to be like a part of the text.
    struct Part {
        let text: [UInt8]
        let isAtStart: Bool
        let isAtEnd: Bool

        func matches(_ name: [UInt8]) -> Bool {
            switch (isAtStart, isAtEnd) {
            case (true, true): name == text
            case (true, false): name.starts(with: text)
            case (false, true): name.count >= text.count && name.suffix(text.count).elementsEqual(text)
            case (false, false): name.holds(text)
            }
        }
    }

    /// What the entry's name must be like.
    let name: Part
    /// What the names of the directories around it must be like, the innermost first.
    let directories: [Part]
    /// Whether only directories match.
    let isAboutDirectories: Bool
    /// What FTS5 is asked for.
    let query: String
    /// What it is asked for to find the innermost of the directories; nil where there is none, or its part is too short.
    let directoryQuery: String?

    /// Reads a text as it was typed.
    /// - Throws: `BackupError` with `invalidArgs` for one that is too short or too long.
    init(_ text: String) throws(BackupError) {
        guard text.utf8.count <= Self.maximumByteCount else {
            throw BackupError(
                .invalidArgs,
                "The text has \(text.utf8.count) bytes; search for at most \(Self.maximumByteCount)."
            )
        }
        var parts = text.folded.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let startsWhole = parts.count > 1 && parts.first?.isEmpty == true
        if startsWhole { parts.removeFirst() }
        isAboutDirectories = parts.count + (startsWhole ? 1 : 0) > 1 && parts.last?.isEmpty == true
        if isAboutDirectories { parts.removeLast() }
        guard let last = parts.last, last.unicodeScalars.count >= Self.leastLength else {
            throw BackupError(
                .invalidArgs,
                "The text to search for is too short: pass at least \(Self.leastLength) characters, and as many after its last slash."
            )
        }
        name = Part(
            text: Array(last.utf8),
            isAtStart: startsWhole || parts.count > 1,
            isAtEnd: isAboutDirectories
        )
        let outer = parts.dropLast()
        directories = outer.indices.reversed().map { index in
            Part(text: Array(outer[index].utf8), isAtStart: startsWhole || index > 0, isAtEnd: true)
        }
        query = Self.query(last)
        directoryQuery = outer.last.flatMap { $0.unicodeScalars.count >= Self.leastLength ? Self.query($0) : nil }
    }

    /// All trigrams of `text`, or some of a long one, each as a string of FTS5 in which nothing has a meaning.
    private static func query(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let starts = 0...(scalars.count - leastLength)
        let step = max(1, (starts.count + maximumTrigramCount - 1) / maximumTrigramCount)
        let trigrams = stride(from: 0, to: starts.count, by: step).map { start in
            scalars[start..<(start + leastLength)].reduce(into: "") { text, scalar in
                text.unicodeScalars.append(scalar)
                if scalar == "\"" { text.unicodeScalars.append(scalar) }
            }
        }
        return Set(trigrams).sorted().map { "\"\($0)\"" }.joined(separator: " AND ")
    }
}

extension String {
    /// The text with small letters for capital ones.
    var folded: String {
        utf8.allSatisfy { $0 < 0x80 }
            ? lowercased() : unicodeScalars.reduce(into: "") { $0 += $1.properties.lowercaseMapping }
    }
}

extension [UInt8] {
    /// The bytes of a name as they are compared.
    var foldedName: [UInt8] {
        if allSatisfy({ $0 < 0x80 }) { return map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
        return Array<UInt8>(String(decoding: self, as: UTF8.self).folded.utf8)
    }

    fileprivate func holds(_ text: [UInt8]) -> Bool {
        guard let first = text.first, count >= text.count else { return text.isEmpty }
        return (0...(count - text.count)).contains { start in
            self[start] == first && self[start..<(start + text.count)].elementsEqual(text)
        }
    }
}
