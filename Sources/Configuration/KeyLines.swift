/// The lines of the sections and keys of a TOML text, which the parser does not tell.
///
/// It looks at how lines start, and gives no line rather than a wrong one: what is written in an unusual way, such as
/// with escapes in a key, or after a string of several lines, has none.
struct KeyLines {
    /// A header with the lines that follow it, or a key of the top level.
    struct Section {
        let position: Position
        /// Whether it is `name = value`, whose parts may be anywhere on that line and the next ones.
        let isValue: Bool
        fileprivate var keys: [String: [Int]] = [:]

        /// Where `key` is; nil where it can't be told.
        func position(of key: String) -> Position? {
            if isValue { return position }
            guard let lines = keys[key], lines.count == 1 else { return nil }
            return lines.first.map { Position(line: $0) }
        }
    }

    private var sections: [String: [Section]] = [:]

    init(_ text: String) {
        let lines = text.utf8.split(separator: .lineFeed, omittingEmptySubsequences: false)
        var current: String?
        var isTopLevel = true
        for (number, line) in zip(1..., lines) {
            // What follows may be the inside of a string.
            if line.contains("\"\"\"".utf8) || line.contains("'''".utf8) { return }
            let hasMark = number == 1 && line.starts(with: "\u{feff}".utf8)
            let start = line.dropFirst(hasMark ? 3 : 0).drop(while: \.isBlank)
            if start.first == UInt8(ascii: "[") {
                isTopLevel = false
                current = addHeader(start, line: number)
                continue
            }
            let (names, rest) = Self.keyPath(start)
            guard let name = names.first, rest.first == UInt8(ascii: "=") else { continue }
            if isTopLevel {
                add(names.dropFirst().first, of: name, line: number, isValue: names.count == 1)
            } else if let current {
                add(name, of: current, line: number)
            }
        }
    }

    /// Notes a header, and gives the name of the section that keys after it belong to; nil where that can't be told.
    private mutating func addHeader(_ text: Substring.UTF8View, line: Int) -> String? {
        let isElement = text.starts(with: "[[".utf8)
        let (names, rest) = Self.keyPath(text.dropFirst(isElement ? 2 : 1))
        guard let name = names.first, rest.starts(with: (isElement ? "]]" : "]").utf8) else { return nil }
        add(names.dropFirst().first, of: name, line: line)
        return names.count == 1 ? name : nil
    }

    /// Notes `key` in the last section `name`, or, without a key, another section.
    private mutating func add(_ key: String?, of name: String, line: Int, isValue: Bool = false) {
        var last = sections[name, default: []].popLast()
        if key == nil || last == nil {
            if let last { sections[name]?.append(last) }
            last = Section(position: Position(line: line), isValue: isValue)
        }
        if let key { last?.keys[key, default: []].append(line) }
        if let last { sections[name]?.append(last) }
    }

    /// Where the top-level key `name` is first; nil where that can't be told.
    func start(of name: String) -> Position? {
        sections[name]?.first?.position
    }

    /// The section that is the one number `index` of `count` values of the top-level key `name`.
    func section(_ name: String, index: Int, of count: Int) -> Section? {
        guard let found = sections[name] else { return nil }
        if found.count == 1, let only = found.first, only.isValue { return only }
        return found.count == count && index < count ? found[index] : nil
    }

    /// The bare or simply quoted keys, joined by dots, that `text` starts with; none where there are others.
    private static func keyPath(_ text: Substring.UTF8View) -> (names: [String], rest: Substring.UTF8View) {
        var names: [String] = []
        var rest = text
        while true {
            rest = rest.drop(while: \.isBlank)
            let quote = rest.first.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") ? $0 : nil }
            if quote != nil { rest = rest.dropFirst() }
            let name = rest.prefix { quote == nil ? $0.isBareKey : $0 != quote }
            rest = rest[name.endIndex...]
            guard quote != nil ? rest.popFirst() == quote && !name.contains(UInt8(ascii: "\\")) : !name.isEmpty else {
                return ([], rest)
            }
            names.append(String(Substring(name)))
            rest = rest.drop(while: \.isBlank)
            guard rest.first == UInt8(ascii: ".") else { return (names, rest) }
            rest = rest.dropFirst()
        }
    }
}
