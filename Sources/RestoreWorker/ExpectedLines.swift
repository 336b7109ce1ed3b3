import ExportWorker
import Linux
import SystemPackage

/// The lines that the manifest of an archive must have about its entries, made from what was in it.
struct ExpectedLines: ~Copyable {
    private var list: EntryList
    private var cursor = EntryList.Cursor()
    private var targets: LinkTargets?
    private let buffer = ByteBuffer()
    /// Hard links to what was not in the archive before them.
    private(set) var danglingLinks = Findings()

    /// Prepares the lines of `list`.
    init(_ list: consuming EntryList, in directory: FilePath) throws {
        var list = list
        var targets: LinkTargets?
        if list.linkCount > 0 {
            var wanted = try LinkTargets.make(count: list.linkCount, in: directory)
            var cursor = EntryList.Cursor()
            while let record = try list.next(&cursor) {
                if case .hardLink(_, let target) = record { try wanted.want(target) }
            }
            targets = consume wanted
        }
        self.list = list
        self.targets = targets
    }

    /// The next line; nil at the end.
    mutating func next() throws -> ManifestLine? {
        while let record = try list.next(&cursor) {
            buffer.clear()
            switch record {
            case .file(let path, let digest):
                try targets?.note(path, digest)
                try buffer.append(manifestLine: EntryPath(bytes: path), digest)
            case .other(let path):
                try targets?.note(path, nil)
                continue
            case .hardLink(let path, let target):
                guard let digest = try digest(path, target) else { continue }
                try buffer.append(manifestLine: EntryPath(bytes: path), digest)
            case .flags(let path, let flags):
                try buffer.append(manifestLine: EntryPath(bytes: path), flags)
            }
            return ManifestLine(buffer.array.dropLast())
        }
        return nil
    }

    /// That of the file that `path` is another name of; nil where it has none.
    private mutating func digest(_ path: [UInt8], _ target: [UInt8]) throws -> ContentDigest? {
        let found = try targets?.target(target) ?? .missing
        switch found {
        case .file(let digest):
            try targets?.note(path, digest)
            return digest
        case .other:
            try targets?.note(path, nil)
            return nil
        case .missing:
            danglingLinks.add(path, .missing)
            return nil
        }
    }
}
