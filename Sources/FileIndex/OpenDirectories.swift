import BackupModel

/// The directories around the last entry, while entries come in the order of their paths.
struct OpenDirectories {
    /// Where an entry is.
    struct Place {
        /// The directory that holds it; 0 for none.
        let parent: Int64
        /// How many entries that directory has before it.
        let index: Int
        let name: ArraySlice<UInt8>
        /// The directories that end before it.
        let closed: [Int64]
    }

    private var stack: [(path: [UInt8], id: Int64, childCount: Int)] = []
    private var rootCount = 0

    /// All of them, the outermost first.
    var ids: [Int64] { stack.map(\.id) }

    /// Finds where the entry at `path` is, whose components end with NUL.
    /// - Throws: `BackupError` with `corrupt` when there is no such directory.
    mutating func place(_ path: [UInt8], id: Int64, isDirectory: Bool) throws -> Place {
        var closed: [Int64] = []
        while let last = stack.last, !(path.starts(with: last.path) && path.dropFirst(last.path.count).first == 0) {
            closed.append(last.id)
            stack.removeLast()
        }
        let name = path[(stack.last.map { $0.path.count + 1 } ?? 0)...]
        guard !name.isEmpty, !name.contains(0) else {
            throw BackupError(damagedSpool: "has an entry in a directory that it does not have")
        }
        let place = Place(parent: stack.last?.id ?? 0, index: countChild(), name: name, closed: closed)
        if isDirectory { stack.append((path, id, 0)) }
        return place
    }

    /// Counts another entry of the innermost directory.
    /// - Returns: How many there were before it.
    private mutating func countChild() -> Int {
        guard let last = stack.indices.last else {
            rootCount += 1
            return rootCount - 1
        }
        stack[last].childCount += 1
        return stack[last].childCount - 1
    }
}
