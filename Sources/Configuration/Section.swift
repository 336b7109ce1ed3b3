import SystemPackage

/// A table of the file, read key by key.
struct Section {
    /// How the section is written in the file, such as `[storage]`.
    let title: String
    /// Where the section starts; nil where that can't be told.
    let position: Position?
    private let entries: [String: Node]
    private let file: String

    /// A section of `node`, which may have the keys `keys` only.
    init(_ node: Node, title: String, keys: [String], file: String) throws(ConfigurationError) {
        guard case .table(let entries) = node.value else {
            throw ConfigurationError(file: file, at: node.position, "\(title) must be a section, and is \(node.kind).")
        }
        self.title = title
        self.file = file
        self.entries = entries
        position = node.position
        for (key, value) in entries.inFileOrder where !keys.contains(key) {
            let hint =
                nearest(to: key, among: keys).map { "did you mean \"\($0)\"?" }
                ?? "its keys are \(keys.map { "\"\($0)\"" }.joined(separator: ", "))."
            throw ConfigurationError(
                file: file,
                at: value.position,
                "The key \"\(printable(key))\" of \(title) is unknown; \(hint)"
            )
        }
    }

    /// Where `key` is, or, where it is absent, where the section starts.
    private func position(of key: String) -> Position? {
        guard let node = entries[key] else { return position }
        return node.position
    }

    /// An error about the value of `key`, or, where it is absent, about the section.
    func error(_ key: String, _ complaint: String) -> ConfigurationError {
        ConfigurationError(
            file: file,
            at: position(of: key),
            "The key \"\(key)\" of \(title) \(complaint)."
        )
    }

    private func mismatch(_ key: String, wanted: String, found: Node) -> ConfigurationError {
        error(key, "must be \(wanted), and is \(found.kind)")
    }

    func string(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = entries[key] else { return nil }
        guard case .string(let text) = node.value else { throw mismatch(key, wanted: "a string", found: node) }
        return text
    }

    /// The strings of an array.
    func strings(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let node = entries[key] else { return nil }
        guard case .array(let elements) = node.value else {
            throw mismatch(key, wanted: "an array of strings", found: node)
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element.value else {
                throw error(key, "must be an array of strings, and \(element.kind) is in it")
            }
            texts.append(text)
        }
        return texts
    }

    func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let node = entries[key] else { return nil }
        guard case .boolean(let flag) = node.value else {
            throw mismatch(key, wanted: "true or false", found: node)
        }
        return flag
    }

    /// A whole number of 0 or more.
    func count(_ key: String) throws(ConfigurationError) -> UInt64? {
        guard let node = entries[key] else { return nil }
        guard case .integer(let number) = node.value else {
            throw mismatch(key, wanted: "a whole number", found: node)
        }
        guard let count = UInt64(exactly: number) else { throw error(key, "must not be negative, and is \(number)") }
        return count
    }

    /// One of the raw values of `Choice`.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        of type: Choice.Type = Choice.self
    ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        let hint = nearest(to: text, among: names).map { "; did you mean \"\($0)\"?" } ?? "."
        let wanted = names.map { "\"\($0)\"" }.joined(separator: " or ")
        throw ConfigurationError(
            file: file,
            at: position(of: key),
            "The key \"\(key)\" of \(title) must be \(wanted), and is \"\(printable(text))\"\(hint)"
        )
    }

    /// An absolute path without `..`, in its shortest form.
    func path(_ key: String) throws(ConfigurationError) -> FilePath? {
        guard let text = try string(key) else { return nil }
        let path = FilePath(text)
        guard path.isAbsolute else {
            throw error(key, "must be an absolute path, and is \"\(printable(text))\"")
        }
        guard !path.components.contains(where: { $0.kind == .parentDirectory }) else {
            throw error(key, "must not contain \"..\", and is \"\(printable(text))\"")
        }
        guard text.utf8.count < 4096 else { throw error(key, "must be shorter than 4096 bytes") }
        return path.lexicallyNormalized()
    }

    /// The value of a key that must be there.
    func required<Value>(_ key: String, _ value: Value?) throws(ConfigurationError) -> Value {
        guard let value else {
            throw ConfigurationError(file: file, at: position, "\(title) needs the key \"\(key)\".")
        }
        return value
    }
}

extension [String: Node] {
    /// The entries by line and, where that is not known, by name, so that the first mistake is reported first.
    var inFileOrder: [(key: String, value: Node)] {
        map { (line: $0.value.position?.line ?? .max, key: $0.key, value: $0.value) }
            .sorted { ($0.line, $0.key) < ($1.line, $1.key) }
            .map { (key: $0.key, value: $0.value) }
    }
}

/// `text` for a message: cut short, and without what would drive a terminal.
func printable(_ text: String, limit: Int = 80) -> String {
    let scalars = text.unicodeScalars.prefix(limit).map { scalar in
        scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return scalars.joined() + (text.unicodeScalars.count > limit ? "…" : "")
}
