import Excludes

extension Configuration {
    /// Reads the TOML `text`; absent keys have the defaults, and `[[source]]` sections replace both default sources.
    ///
    /// - Parameter file: what errors call the text.
    /// - Throws: the first mistake in the text.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> Configuration {
        let root = try Node.entries(of: text, file: file)
        try Section.checkTitles(root, file: file)
        var result = Configuration.default
        result.origin.file = file
        if let node = root["storage"] { try result.readStorage(node, file: file) }
        if let node = root["export"] { result.export = try Export(node, file: file) }
        if let node = root["source"] { try result.readSources(node, file: file) }
        try result.checkPaths()
        return result
    }

    private mutating func readStorage(_ node: Node, file: String) throws(ConfigurationError) {
        let section = try Section(node, title: "[storage]", keys: ["snapshots", "backups"], file: file)
        origin.storage = section.position
        storage.snapshots = try section.path("snapshots") ?? storage.snapshots
        storage.backups = try section.path("backups") ?? storage.backups
    }

    private mutating func readSources(_ node: Node, file: String) throws(ConfigurationError) {
        guard case .array(let elements) = node.value else {
            throw ConfigurationError(
                file: file,
                at: node.position,
                "A source is written as [[source]], with two brackets on each side."
            )
        }
        guard !elements.isEmpty else {
            throw ConfigurationError(file: file, at: node.position, "At least one [[source]] is needed.")
        }
        sources = []
        for element in elements {
            let source = try Source(element, file: file, others: sources)
            origin.sources[source.name] = element.position
            sources.append(source)
        }
    }
}

extension Section {
    private static let titles = ["storage": "[storage]", "source": "[[source]]", "export": "[export]"]

    /// Refuses a section, or a key outside of any, that is none of ours.
    static func checkTitles(
        _ root: [String: Node],
        titles: [String: String] = titles,
        listing: String = "[storage], [[source]] and [export]",
        file: String
    ) throws(ConfigurationError) {
        for (key, value) in root.inFileOrder where titles[key] == nil {
            let isSection =
                switch value.value {
                case .table, .array: true
                default: false
                }
            let hint =
                nearest(to: key, among: titles.keys.sorted()).flatMap { titles[$0] }.map { "did you mean \($0)?" }
                ?? "there are \(listing)."
            throw ConfigurationError(
                file: file,
                at: value.position,
                isSection
                    ? "The section [\(printable(key))] is unknown; \(hint)"
                    : "The key \"\(printable(key))\" stands outside of any section; \(hint)"
            )
        }
    }
}

extension Configuration.Export {
    init(_ node: Node, file: String) throws(ConfigurationError) {
        let keys = ["compression", "io_priority", "max_rate", "index"]
        let section = try Section(node, title: "[export]", keys: keys, file: file)
        self.init(
            compression: try section.choice("compression") ?? .none,
            ioPriority: try section.choice("io_priority") ?? .idle,
            maxRate: try section.count("max_rate") ?? 0,
            index: try section.boolean("index") ?? true
        )
    }
}

extension Configuration.Source {
    init(_ node: Node, file: String, others: [Self]) throws(ConfigurationError) {
        let keys = ["name", "path", "kind", "recursive", "driver", "exclude", "exclude_caches", "exclude_marked"]
        let section = try Section(node, title: "[[source]]", keys: keys, file: file)
        self.init(
            name: try section.required("name", section.string("name")),
            path: try section.required("path", section.path("path")),
            kind: try section.required("kind", section.choice("kind")),
            recursive: try section.boolean("recursive") ?? true,
            driver: try section.choice("driver") ?? .auto,
            exclude: try Self.exclude(section),
            excludeCaches: try section.boolean("exclude_caches") ?? false,
            excludeMarked: try section.boolean("exclude_marked") ?? false
        )
        if let complaint = Self.complaint(aboutName: name) { throw section.error("name", complaint) }
        if others.contains(where: { $0.name == name }) {
            throw section.error("name", "is \"\(printable(name))\" a second time")
        }
        if let other = others.first(where: { $0.path == path }) {
            throw section.error("path", "is that of the source \"\(printable(other.name))\" too")
        }
    }

    private static func exclude(_ section: Section) throws(ConfigurationError) -> [String] {
        let patterns = try section.strings("exclude") ?? []
        do {
            _ = try ExcludeRules(patterns)
        } catch {
            throw section.error("exclude", error.complaint { printable($0) })
        }
        return patterns
    }

    /// What the daemon itself keeps beside the trees of a snapshot and of an export.
    private static let reservedNames = ["snapshot.json", "nexus-backup.json", "nexus-backup.manifest"]

    private static func complaint(aboutName name: String) -> String? {
        if name.isEmpty { return "must not be empty" }
        if name.contains("/") { return "must be a plain directory name without \"/\", and is \"\(printable(name))\"" }
        if name.hasPrefix(".") { return "must not start with a dot, and is \"\(printable(name))\"" }
        if name.utf8.count > 255 { return "must not be longer than 255 bytes" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "must not contain control characters, and is \"\(printable(name))\""
        }
        if reservedNames.contains(name) { return "must not be \"\(name)\", which the daemon uses itself" }
        return nil
    }
}
