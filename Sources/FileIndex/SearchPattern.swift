import BackupModel

/// A text that is looked for in paths, whatever the case of its letters.
///
/// A path matches when the text is in it and ends in the name of the entry itself, so that what is in a directory that matches does not
/// match for that alone. A slash in the text stands between components; one at its start makes it begin with a
/// component, one at its end makes it about directories.
struct SearchPattern {
    /// The shortest text after the last slash, in characters.
    static let leastLength = 3
    /// The longest text in bytes.
    static let maximumByteCount = 4096

    /// What the entry's name must be like.
    let name: NamePattern
    /// What the names of the directories around it must be like, the outermost first.
    let directories: [NamePattern]
    /// Reads a text as it was typed.
    /// - Throws: `BackupError` with `invalidArgs` for one that is too short or too long.
    init(_ text: String) throws(BackupError) {
        guard text.utf8.count <= Self.maximumByteCount else {
            throw BackupError(
                .invalidArgs,
                "The text has \(text.utf8.count) bytes; search for at most \(Self.maximumByteCount)."
            )
        }
        let slash = UInt8(ascii: "/")
        var parts = text.folded.utf8.split(separator: slash, omittingEmptySubsequences: false).map { Array($0) }
        let startsWhole = parts.count > 1 && parts.first?.isEmpty == true
        if startsWhole { parts.removeFirst() }
        let isAboutDirectories = parts.count + (startsWhole ? 1 : 0) > 1 && parts.last?.isEmpty == true
        if isAboutDirectories { parts.removeLast() }
        guard let last = parts.last, String(decoding: last, as: UTF8.self).unicodeScalars.count >= Self.leastLength
        else {
            throw BackupError(
                .invalidArgs,
                "The text to search for is too short: pass at least \(Self.leastLength) characters, and as many after its last slash."
            )
        }
        guard parts.count <= PartSet.capacity else {
            throw BackupError(
                .invalidArgs,
                "The text names \(parts.count - 1) directories; search for at most the \(PartSet.capacity - 1) last ones."
            )
        }
        name = NamePattern(last, isAtStart: startsWhole || parts.count > 1, isDirectory: isAboutDirectories)
        directories = parts.dropLast().enumerated().map { index, part in
            NamePattern(part, isAtStart: startsWhole || index > 0, isDirectory: true)
        }
    }

    /// The parts that agree with a directory, which is in one that agrees with the parts `outer`, and what is around them.
    func parts(of directory: NameBlockEntry, in names: [UInt8], after outer: PartSet) -> PartSet {
        outer.next.union(.outermost).filter { $0 < directories.count && directories[$0].matches(directory, in: names) }
    }
}

/// How a name is to be like a part of a text.
struct NamePattern {
    private static let trigramLength = 3
    private static let maximumTrigramCount = 16

    private let text: [UInt8]
    private let isAtStart: Bool
    /// Whether only a directory matches, whose name ends in the text.
    private let isDirectory: Bool

    init(_ text: [UInt8], isAtStart: Bool, isDirectory: Bool) {
        self.text = text
        self.isAtStart = isAtStart
        self.isDirectory = isDirectory
    }

    /// What is in each ``NameBlock`` that has such a name, and in no other.
    var mark: [UInt8] {
        Array((isAtStart ? "/" : "").utf8) + text + Array((isDirectory ? "//" : "").utf8)
    }

    /// All trigrams of the mark, or some of a long one, each as a string of FTS5 in which nothing has a meaning.
    var query: String {
        let scalars = Array(String(decoding: mark, as: UTF8.self).unicodeScalars)
        let starts = 0..<max(0, scalars.count - Self.trigramLength + 1)
        let step = max(1, (starts.count + Self.maximumTrigramCount - 1) / Self.maximumTrigramCount)
        let trigrams = stride(from: 0, to: starts.count, by: step).map { start in
            scalars[start..<(start + Self.trigramLength)].reduce(into: "") { text, scalar in
                text.unicodeScalars.append(scalar)
                if scalar == "\"" { text.unicodeScalars.append(scalar) }
            }
        }
        return Set(trigrams).sorted().map { "\"\($0)\"" }.joined(separator: " AND ")
    }

    /// Whether the name of `entry`, which is among `names`, is like that.
    func matches(_ entry: NameBlockEntry, in names: [UInt8]) -> Bool {
        guard !isDirectory || entry.isDirectory, entry.name.count >= text.count else { return false }
        let last = entry.name.upperBound - text.count
        if isAtStart, isDirectory, entry.name.count != text.count { return false }
        if isDirectory { return isText(at: last, in: names) }
        if isAtStart { return isText(at: entry.name.lowerBound, in: names) }
        var start = entry.name.lowerBound
        while start <= last {
            if isText(at: start, in: names) { return true }
            start += 1
        }
        return false
    }

    private func isText(at start: Int, in bytes: [UInt8]) -> Bool {
        var index = 0
        while index < text.count {
            if bytes[start + index] != text[index] { return false }
            index += 1
        }
        return true
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
}
