import BackupModel
import Linux

/// Which entries of a backup are wanted, and where each belongs.
struct Placement {
    /// A path that was selected, and what becomes of it.
    struct Item: Equatable {
        /// The path in the backup.
        let selected: [UInt8]
        /// The number of the directory that it goes below.
        let root: Int
        /// Its path below that; empty when it is that directory itself.
        let base: [UInt8]
    }

    /// Where an entry belongs.
    struct Place: Equatable {
        /// The number of the directory.
        var root: Int
        /// The path below it; empty when it is that directory itself.
        var path: [UInt8]
        /// The number of the item it is a part of; nil for a directory above an item, which is not restored but must be there.
        var item: Int?
    }

    /// How paths in the backup become paths below directories.
    enum Form: Equatable {
        /// All in one, under their last components.
        case gathered
        /// Each below the directory of its source, by its number, with its path in it.
        case inPlace(sources: [[UInt8]: Int])
        /// As in place, but under a name that is not its own, for each path in turn. A source itself is a name in another
        /// directory.
        case beside(sources: [[UInt8]: Int], parents: [[UInt8]: Int], names: [[UInt8]])
    }

    private struct Node {
        var children: [[UInt8]: Int] = [:]
        var item: Int?
    }

    private(set) var items: [Item] = []
    private var nodes = [Node()]
    private var itemsByBase: [[UInt8]: Int] = [:]
    private let sources: [[UInt8]: Int]

    /// Plans for `paths`, or for all of `sources` when there are none; of a backup that names no sources, for all there is.
    /// - Throws: `BackupError` with `invalidArgs` for a path that is none, or for two that do not go together, and with `notFound`
    ///   for one that begins with no source's name.
    init(_ paths: [[UInt8]], of sources: [[UInt8]]?, _ form: Form) throws(BackupError) {
        self.sources =
            switch form {
            case .gathered: [:]
            case .inPlace(let roots), .beside(let roots, _, _): roots
            }
        if sources == nil, paths.isEmpty {
            items = [Item(selected: [], root: 0, base: [])]
            nodes[0].item = 0
        }
        for path in try Self.distinct(paths.isEmpty ? sources ?? [] : paths, sources, form) {
            try add(path, form)
        }
    }

    /// Where the entry `path` belongs; nil when it is not wanted.
    func place(_ path: [UInt8]) -> Place? {
        if let all = nodes[0].item { return Place(root: items[all].root, path: path, item: all) }
        var node = 0
        var rest = path[...]
        while !rest.isEmpty {
            let component = rest.prefix { $0 != UInt8(ascii: "/") }
            guard let child = nodes[node].children[Array(component)] else { return nil }
            rest = rest.dropFirst(component.count + 1)
            if let item = nodes[child].item {
                return Place(root: items[item].root, path: items[item].base.appending(path: rest), item: item)
            }
            node = child
        }
        let source = path.prefix { $0 != UInt8(ascii: "/") }
        guard let root = sources[Array(source)] else { return nil }
        return Place(root: root, path: Array(path.dropFirst(source.count + 1)), item: nil)
    }

    private static func distinct(_ paths: [[UInt8]], _ sources: [[UInt8]]?, _ form: Form) throws(BackupError)
        -> [[UInt8]]
    {
        let all = Set(paths)
        var seen: Set<[UInt8]> = []
        var result: [[UInt8]] = []
        for path in paths where seen.insert(path).inserted {
            guard isWellFormed(path: path) else {
                throw BackupError(
                    .invalidArgs,
                    "“\(shortened(path))” is not a path in the backup, which is that of a source's name and what is below it, such "
                        + "as system/etc/hosts."
                )
            }
            if let sources, !sources.contains(Array(path.prefix { $0 != UInt8(ascii: "/") })) {
                let names = sources.map { printable($0) }.joined(separator: ", ")
                throw BackupError(
                    .notFound,
                    "\(shortened(path)) is not in the backup, which holds the sources \(names)."
                )
            }
            guard let outer = outer(path, all) else {
                result.append(path)
                continue
            }
            // In place, it is restored with the other one.
            if case .inPlace = form { continue }
            throw BackupError(
                .invalidArgs,
                "\(shortened(path)) can't be restored beside \(shortened(outer)), which it is in; leave one of them out."
            )
        }
        return result
    }

    /// The path among `all` that `path` is in.
    private static func outer(_ path: [UInt8], _ all: Set<[UInt8]>) -> [UInt8]? {
        var rest = path[...]
        while let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
            rest = rest[..<slash]
            if all.contains(Array(rest)) { return Array(rest) }
        }
        return nil
    }

    private mutating func add(_ path: [UInt8], _ form: Form) throws(BackupError) {
        let item = try makeItem(path, form)
        if case .gathered = form, let other = itemsByBase.updateValue(items.count, forKey: item.base) {
            throw BackupError(
                .invalidArgs,
                "\(shortened(items[other].selected)) and \(shortened(path)) would both become \(shortened(item.base)); restore "
                    + "them into different directories."
            )
        }
        var node = 0
        for component in path.split(separator: UInt8(ascii: "/")).map(Array.init) {
            if let child = nodes[node].children[component] {
                node = child
            } else {
                nodes.append(Node())
                nodes[node].children[component] = nodes.count - 1
                node = nodes.count - 1
            }
        }
        nodes[node].item = items.count
        items.append(item)
    }

    private func makeItem(_ path: [UInt8], _ form: Form) throws(BackupError) -> Item {
        let source = Array(path.prefix { $0 != UInt8(ascii: "/") })
        let below = Array(path.dropFirst(source.count + 1))
        let missing = BackupError(.invalidArgs, "The request does not say where \(printable(source)) belongs.")
        switch form {
        case .gathered:
            return Item(selected: path, root: 0, base: path.directoryAndName.name)
        case .inPlace(let roots):
            guard let root = roots[source] else { throw missing }
            return Item(selected: path, root: root, base: below)
        case .beside(let roots, let parents, let names):
            guard let root = (below.isEmpty ? parents : roots)[source], items.count < names.count else { throw missing }
            let base = below.directoryAndName.directory.appending(path: names[items.count])
            return Item(selected: path, root: root, base: base)
        }
    }
}
