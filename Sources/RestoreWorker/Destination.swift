import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// The directories that a restoration writes to, open, and what of the backup belongs where in them.
struct Destination: Sendable {
    let roots: [SharedDescriptor]
    /// Their paths; empty for one that was inherited.
    let rootPaths: [[UInt8]]
    let staging: Staging
    private let form: Placement.Form
    /// What belongs where; nothing until ``plan(_:of:)``.
    private(set) var placement: Placement
    private let date: String?

    /// Opens what `restoration` names.
    /// - Throws: `BackupError` with `notFound` for a directory that is not there, `invalidArgs` for what can't be one.
    static func open(_ restoration: Restoration) throws(BackupError) -> Destination {
        switch restoration.destination.withoutLastSlashes {
        case .directory(let path):
            return try Destination([open(path)], [path], .gathered)
        case .descriptor(let number):
            return try Destination([inherit(number)], [[]], .gathered)
        case .originalPlaces(let trees):
            return try Destination(open(trees), trees.map(\.path), .inPlace(sources: numbers(trees, from: 0)))
        case .besideOriginals(let trees, let date):
            guard isDate(date) else {
                throw BackupError(.invalidArgs, "“\(printable(Array(date.utf8)))” is no date of the form 2026-11-21.")
            }
            let parents = trees.map { $0.path.directoryAndName.directory }.map { $0.isEmpty ? [0x2F] : $0 }
            let form = Placement.Form.beside(
                sources: try numbers(trees, from: 0),
                parents: try numbers(trees, from: trees.count),
                names: []
            )
            return try Destination(open(trees) + opened(parents), trees.map(\.path) + parents, form, date: date)
        }
    }

    private init(
        _ roots: [SharedDescriptor],
        _ rootPaths: [[UInt8]],
        _ form: Placement.Form,
        date: String? = nil
    ) throws(BackupError) {
        self.roots = roots
        self.rootPaths = rootPaths
        self.form = form
        self.date = date
        staging = Staging(roots)
        placement = try Placement([], of: [], .gathered)
    }

    /// Finds out where what is wanted of the `sources` of a backup belongs; of an archive that names none, nil.
    mutating func plan(_ paths: [[UInt8]], of sources: [[UInt8]]?) throws(BackupError) {
        guard case .beside(let trees, let parents, _) = form, let sources else {
            placement = try Placement(paths, of: sources, form)
            return
        }
        let count = paths.isEmpty ? sources.count : paths.count
        let names = (0..<count).map { _ in Array(Staging.makeName().utf8) }
        placement = try Placement(paths, of: sources, .beside(sources: trees, parents: parents, names: names))
    }

    /// Whether an item is put together under a hidden name.
    var isHidden: Bool { date != nil }

    /// What an item is called in the directory it came from, with the date and, from the second on, a number.
    func name(of item: Placement.Item, _ number: Int) -> [UInt8] {
        let below = item.selected.drop { $0 != UInt8(ascii: "/") }.dropFirst()
        let name: [UInt8]
        if below.isEmpty, case .beside(let trees, _, _) = form, let tree = trees[item.selected] {
            name = rootPaths[tree].directoryAndName.name
        } else {
            name = Array(below).directoryAndName.name
        }
        let suffix = Array("_\(date ?? "")\(number > 1 ? "_\(number)" : "")".utf8)
        // NAME_MAX
        return name.prefix(255 - suffix.count) + suffix
    }

    /// The path of what is called `name` in a root, for a message.
    func path(_ root: Int, _ name: [UInt8]) -> [UInt8] {
        rootPaths[root] == [UInt8(ascii: "/")] ? rootPaths[root] + name : rootPaths[root].appending(path: name)
    }

    private static func open(_ trees: [Restoration.Tree]) throws(BackupError) -> [SharedDescriptor] {
        try opened(trees.map(\.path))
    }

    private static func opened(_ paths: [[UInt8]]) throws(BackupError) -> [SharedDescriptor] {
        var result: [SharedDescriptor] = []
        for path in paths { result.append(try open(path)) }
        return result
    }

    private static func open(_ path: [UInt8]) throws(BackupError) -> SharedDescriptor {
        guard path.first == UInt8(ascii: "/"), !path.contains(0) else {
            throw BackupError(.invalidArgs, "“\(shortened(path))” is not the absolute path of a directory.")
        }
        do {
            return SharedDescriptor(try Descriptor.open(FilePath(bytes: path), [.readOnly, .directory]))
        } catch {
            throw BackupError(destination: path, error)
        }
    }

    /// Takes over a directory that whoever started this process has opened for it.
    private static func inherit(_ number: Int32) throws(BackupError) -> SharedDescriptor {
        guard number > 2 else {
            throw BackupError(.invalidArgs, "The descriptor \(number) can't be that of a directory.")
        }
        do {
            // Opened anew, as it may be a handle with which little can be done.
            let inherited = Descriptor(taking: FileDescriptor(rawValue: number))
            return SharedDescriptor(try inherited.open(".", [.readOnly, .directory]))
        } catch {
            throw BackupError(
                .invalidArgs,
                "The descriptor \(number) is not that of a directory that can be restored to (\(error.errno)).",
                cause: error
            )
        }
    }

    private static func numbers(_ trees: [Restoration.Tree], from first: Int) throws(BackupError) -> [[UInt8]: Int] {
        var result: [[UInt8]: Int] = [:]
        for (index, tree) in trees.enumerated() {
            guard result.updateValue(first + index, forKey: Array(tree.name.utf8)) == nil else {
                throw BackupError(.invalidArgs, "The request says twice where \(tree.name) belongs.")
            }
        }
        return result
    }

    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10
            && bytes.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
            }
    }
}

extension Restoration.Destination {
    /// The same, with paths that end in a name.
    fileprivate var withoutLastSlashes: Self {
        switch self {
        case .directory, .descriptor: self
        case .originalPlaces(let trees): .originalPlaces(trees.map(\.withoutLastSlashes))
        case .besideOriginals(let trees, let date): .besideOriginals(trees.map(\.withoutLastSlashes), date: date)
        }
    }
}

extension Restoration.Tree {
    fileprivate var withoutLastSlashes: Self {
        var path = path
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        return Self(name: name, path: path)
    }
}
