import TOMLKit

extension Node {
    /// The top level of the TOML `text`.
    ///
    /// - Throws: where and why the text is not TOML.
    static func entries(of text: String, file: String) throws(ConfigurationError) -> [String: Node] {
        if let refusal = Refusal(of: text) {
            throw ConfigurationError(file: file, line: refusal.line, message: refusal.message)
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let start = error.source.begin
            let reason = printable(error.description, limit: 400)
            throw ConfigurationError(
                file: file,
                at: Position(line: start.line, column: start.column),
                "This is not valid TOML: \(reason.prefix(1).lowercased() + reason.dropFirst())."
            )
        } catch {
            throw ConfigurationError(file: file, message: "This is not valid TOML: \(error).")
        }
        let lines = KeyLines(text)
        let entries = zip(table.keys, table.values).map { name, value in
            (name, Node(topLevel: value, name: name, lines: lines))
        }
        return Dictionary(entries) { first, _ in first }
    }

    private init(topLevel value: TOMLValue, name: String, lines: KeyLines) {
        guard let array = value.array else {
            self.init(section: value, lines: lines.section(name, index: 0, of: 1))
            return
        }
        let count = array.count
        let elements = array.enumerated().map { index, element in
            Node(section: element.tomlValue, lines: lines.section(name, index: index, of: count))
        }
        self.init(value: .array(elements), position: lines.start(of: name))
    }

    private init(section value: TOMLValue, lines: KeyLines.Section?) {
        guard let table = value.table else {
            self.init(plain: value, position: lines?.position)
            return
        }
        let entries = zip(table.keys, table.values).map { key, value in
            (key, Node(plain: value, position: lines?.position(of: key)))
        }
        self.init(value: .table(Dictionary(entries) { first, _ in first }), position: lines?.position)
    }

    /// A value inside a section, with the elements of an array: no key of ours has a table or an array of arrays, so what those
    /// contain is left out, and the depth of a text costs no stack.
    private init(plain value: TOMLValue, position: Position?) {
        guard let array = value.array else {
            self.init(innermost: value, position: position)
            return
        }
        let elements = array.map { Node(innermost: $0.tomlValue, position: position) }
        self.init(value: .array(elements), position: position)
    }

    private init(innermost value: TOMLValue, position: Position?) {
        let node: Value =
            switch value.type {
            case .string: .string(value.string ?? "")
            case .int: .integer(Int64(value.int ?? 0))
            case .bool: .boolean(value.bool ?? false)
            case .double: .other("a number with a fraction")
            case .date, .time, .dateTime: .other("a date or a time")
            case .array: .array([])
            case .table: .table([:])
            }
        self.init(value: node, position: position)
    }
}
