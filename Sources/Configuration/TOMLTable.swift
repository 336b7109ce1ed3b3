/// A table while its text is being read.
final class TOMLTable {
    enum Item {
        case value(Node)
        case table(TOMLTable)
        /// What `[[name]]` makes, never empty.
        case tables([TOMLTable])
    }

    /// How a table came to be, which says who may still add to it.
    enum Origin {
        /// By `[name]`, or as an element of `[[name]]`.
        case header
        /// As the parent of a table with a header of its own.
        case parent
        /// By a dotted key.
        case dottedKey
        /// By `{ }`.
        case inline
    }

    var origin: Origin
    let position: Position
    private var items: [String: (item: Item, position: Position)] = [:]

    init(_ origin: Origin, at position: Position) {
        self.origin = origin
        self.position = position
    }

    /// The finished value.
    var node: Node {
        let entries = items.mapValues { item, position in
            switch item {
            case .value(let node): node
            case .table(let table): Node(value: table.node.value, position: position)
            case .tables(let tables): Node(value: .array(tables.map(\.node)), position: position)
            }
        }
        return Node(value: .table(entries), position: position)
    }

    /// Sets a key that is not there yet.
    func set(_ key: TOMLKey, to value: Node.Value) throws(TOMLError) {
        try insert(.value(Node(value: value, position: key.position)), at: key)
    }

    private func insert(_ item: Item, at key: TOMLKey) throws(TOMLError) {
        if let other = items[key.name] {
            throw key.error("\"\(printable(key.name))\" is there a second time, after line \(other.position.line)")
        }
        items[key.name] = (item, key.position)
    }

    /// The table that the dotted key's part `key` leads to; made where there is none.
    func dotted(_ key: TOMLKey) throws(TOMLError) -> TOMLTable {
        if case .table(let table) = items[key.name]?.item, table.origin == .dottedKey { return table }
        let table = TOMLTable(.dottedKey, at: key.position)
        try insert(.table(table), at: key)
        return table
    }

    /// The table that the header's part `key` leads to; made where there is none.
    func parent(_ key: TOMLKey) throws(TOMLError) -> TOMLTable {
        switch items[key.name]?.item {
        case .table(let table) where table.origin != .inline: return table
        case .tables(let tables):
            if let last = tables.last { return last }
        default: break
        }
        let table = TOMLTable(.parent, at: key.position)
        try insert(.table(table), at: key)
        return table
    }

    /// The table of the header `[key]`.
    func header(_ key: TOMLKey) throws(TOMLError) -> TOMLTable {
        if case .table(let table) = items[key.name]?.item, table.origin == .parent {
            table.origin = .header
            return table
        }
        let table = TOMLTable(.header, at: key.position)
        try insert(.table(table), at: key)
        return table
    }

    /// The new table of the header `[[key]]`.
    func element(_ key: TOMLKey) throws(TOMLError) -> TOMLTable {
        let table = TOMLTable(.header, at: key.position)
        if case (.tables(var tables), let first)? = items[key.name] {
            items[key.name] = nil  // so that appending does not copy
            tables.append(table)
            items[key.name] = (.tables(tables), first)
        } else {
            try insert(.tables([table]), at: key)
        }
        return table
    }
}

/// One part of a key, with its place.
struct TOMLKey {
    let name: String
    let position: Position

    /// An error at the key.
    func error(_ reason: String) -> TOMLError {
        TOMLError(position: position, reason: reason)
    }
}
