extension ArchivedEntry {
    /// The same with the names that tar gives it where it extracts it: those of something below the directory, without what
    /// leads nowhere.
    public var relative: ArchivedEntry {
        var result = self
        result.path = Self.relative(path)
        if kind == .hardLink { result.linkTarget = Self.relative(linkTarget) }
        return result
    }

    private static func relative(_ path: [UInt8]) -> [UInt8] {
        let components = path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        return Array(components.joined(separator: [UInt8(ascii: "/")]))
    }
}
