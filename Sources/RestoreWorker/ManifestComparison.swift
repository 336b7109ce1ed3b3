import ExportProtocol
import Linux
import SystemPackage

/// Compares a manifest, line by line as it comes, with what was in the archive.
///
/// Both are in the order of the archive. Where they part, this looks some way ahead for where they meet again; when they
/// have parted too often, it just counts on.
struct ManifestComparison: ~Copyable {
    private static let longestLookahead = 1000
    private static let largestLookahead = 4 << 20
    private static let mostPartings = 1000

    private var expected: ExpectedLines
    private let entryCount: UInt64
    private var ahead: [ManifestLine] = []
    private var partingCount = 0
    private var lineNumber: UInt64 = 0
    private var fileCount: UInt64 = 0
    private var leftOutCount: UInt64 = 0
    private var endText: [UInt8]?
    private var findings = Findings()

    /// Starts a comparison with an archive in which there were `entryCount` entries.
    init(with expected: consuming ExpectedLines, entryCount: UInt64) {
        self.expected = expected
        self.entryCount = entryCount
    }

    /// Takes the next line of the manifest, without the newline at its end.
    /// - Returns: Whether it is a manifest as far as it goes.
    mutating func add(_ text: [UInt8]) throws -> Bool {
        lineNumber += 1
        if lineNumber == 1 { return text == Array(ManifestFormat.firstLine.description.utf8.dropLast()) }
        guard endText == nil else { return false }
        guard let line = ManifestLine(text) else {
            findings.add(Array(ManifestFormat.memberName.utf8), .malformed)
            return true
        }
        switch line.subject {
        case .leftOut: leftOutCount += 1
        case .end: endText = Array(line.path)
        case .file:
            fileCount += 1
            try compare(line)
        case .flags:
            try compare(line)
        }
        return true
    }

    private mutating func compare(_ line: ManifestLine) throws {
        guard let index = try find(line) else {
            findings.add(line.unescapedPath, .missing)
            partingCount += 1
            return
        }
        if index > 0 { partingCount += 1 }
        for extra in ahead[..<index] { findings.add(extra.unescapedPath, .unexpected) }
        if ahead[index].text != line.text {
            findings.add(line.unescapedPath, line.subject == .file ? .changed : .otherFlags)
        }
        ahead.removeFirst(index + 1)
    }

    /// Where in what lies ahead there is the line about the same.
    private mutating func find(_ line: ManifestLine) throws -> Int? {
        let limit = partingCount < Self.mostPartings ? Self.longestLookahead : 1
        var byteCount = 0
        for index in 0..<limit {
            if index == ahead.count {
                guard let next = try expected.next() else { return nil }
                ahead.append(next)
            }
            let candidate = ahead[index]
            if candidate.subject == line.subject, candidate.path == line.path { return index }
            byteCount += candidate.text.count
            if byteCount > Self.largestLookahead { return nil }
        }
        return nil
    }

    /// Ends the comparison.
    /// - Returns: What was found; nil when the manifest has no end.
    mutating func end() throws -> Findings? {
        while let extra = ahead.isEmpty ? try expected.next() : ahead.removeFirst() {
            findings.add(extra.unescapedPath, .unexpected)
        }
        guard let endText else { return nil }
        let counts = "\(entryCount) entries, \(fileCount) names of regular files, \(leftOutCount) left out"
        if endText != Array(counts.utf8) { findings.add(Array(ManifestFormat.memberName.utf8), .miscounted) }
        findings.add(expected.danglingLinks)
        return findings
    }
}
