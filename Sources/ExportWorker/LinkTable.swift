import Linux

/// The files with several names of which not all have been seen yet, and the name under which each is in the archive.
struct LinkTable {
    private struct Link {
        let path: EntryPath
        var namesLeft: UInt32
    }

    private var links: [FileIdentity: Link] = [:]

    /// The name under which the file is in the archive already; nil, and `path` remembered for the next, when it is not.
    mutating func earlierName(of attributes: FileAttributes, _ path: EntryPath) -> EntryPath? {
        guard attributes.linkCount > 1, attributes.kind != .directory else { return nil }
        let identity = attributes.identity
        guard var link = links[identity] else {
            let name = EntryPath()
            name.copy(path)
            links[identity] = Link(path: name, namesLeft: attributes.linkCount - 1)
            return nil
        }
        link.namesLeft -= 1
        links[identity] = link.namesLeft > 0 ? link : nil
        return link.path
    }
}
