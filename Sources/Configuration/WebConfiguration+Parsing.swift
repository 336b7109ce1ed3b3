public import SystemPackage

extension WebConfiguration {
    /// Reads `file`.
    ///
    /// - Throws: that the file can't be read or is longer than 1 MiB, or the first mistake in it.
    public static func load(from file: FilePath) throws(ConfigurationError) -> WebConfiguration {
        try parse(ConfigurationFile.text(of: file), file: printable(file.string))
    }

    /// Reads the default file; no such file means the default configuration.
    ///
    /// - Throws: like `load(from:)`.
    public static func loadDefault() throws(ConfigurationError) -> WebConfiguration {
        do {
            _ = try Stat(defaultFile)
        } catch Errno.noSuchFileOrDirectory {
            return WebConfiguration()
        } catch {
            throw ConfigurationError(file: defaultFile.string, message: "The file can't be examined: \(error).")
        }
        return try load(from: defaultFile)
    }

    /// Reads the TOML `text`; absent keys have the defaults.
    ///
    /// - Parameter file: what errors call the text.
    /// - Throws: the first mistake in the text.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> WebConfiguration {
        let root = try Node.entries(of: text, file: file)
        let titles = ["server": "[server]", "tls": "[tls]", "session": "[session]", "limits": "[limits]"]
        try Section.checkTitles(
            root,
            titles: titles,
            listing: "[server], [tls], [session] and [limits]",
            file: file
        )
        var result = WebConfiguration()
        if let node = root["tls"] { result.tls = try TLS(node, file: file) }
        if let node = root["session"] { result.session = try Session(node, file: file) }
        if let node = root["limits"] { result.limits = try Limits(node, file: file) }
        if let node = root["server"] { try result.readServer(node, file: file) }
        return result
    }

    private mutating func readServer(_ node: Node, file: String) throws(ConfigurationError) {
        let keys = ["listen", "behind_proxy", "downloads"]
        let section = try Section(node, title: "[server]", keys: keys, file: file)
        behindProxy = try section.boolean("behind_proxy") ?? behindProxy
        downloads = try section.choice("downloads") ?? downloads
        guard let texts = try section.strings("listen") else { return }
        guard !texts.isEmpty else { throw section.error("listen", "must name at least one address") }
        listen = []
        for text in texts {
            guard let address = ListenAddress(text) else {
                throw section.error(
                    "listen",
                    "must name IP addresses with a port, such as \"127.0.0.1:8380\" or \"[::1]:8380\", and has "
                        + "\"\(printable(text))\""
                )
            }
            guard address.isLoopback || tls != nil || behindProxy else {
                throw section.error(
                    "listen",
                    "has \(address), which other machines can reach; that needs the section [tls], or behind_proxy = true "
                        + "where a proxy encrypts the connections"
                )
            }
            listen.append(address)
        }
    }
}

extension WebConfiguration.TLS {
    init(_ node: Node, file: String) throws(ConfigurationError) {
        let section = try Section(node, title: "[tls]", keys: ["certificate", "key"], file: file)
        self.init(
            certificate: try section.required("certificate", section.path("certificate")),
            key: try section.required("key", section.path("key"))
        )
    }
}

extension WebConfiguration.Session {
    init(_ node: Node, file: String) throws(ConfigurationError) {
        let section = try Section(node, title: "[session]", keys: ["idle_timeout", "lifetime"], file: file)
        self.init()
        idleTimeout = try section.seconds("idle_timeout", in: 60...86_400) ?? idleTimeout
        lifetime = try section.seconds("lifetime", in: 60...2_592_000) ?? lifetime
    }
}

extension WebConfiguration.Limits {
    init(_ node: Node, file: String) throws(ConfigurationError) {
        let keys = ["connections", "request_timeout", "stall_timeout"]
        let section = try Section(node, title: "[limits]", keys: keys, file: file)
        self.init()
        connections = try section.count("connections", in: 1...65_536).map { Int($0) } ?? connections
        requestTimeout = try section.seconds("request_timeout", in: 1...3600) ?? requestTimeout
        stallTimeout = try section.seconds("stall_timeout", in: 1...86_400) ?? stallTimeout
    }
}

extension Section {
    fileprivate func count(_ key: String, in range: ClosedRange<UInt64>) throws(ConfigurationError) -> UInt64? {
        guard let count = try count(key) else { return nil }
        guard range.contains(count) else {
            throw error(key, "must be from \(range.lowerBound) to \(range.upperBound), and is \(count)")
        }
        return count
    }

    fileprivate func seconds(_ key: String, in range: ClosedRange<UInt64>) throws(ConfigurationError) -> Duration? {
        try count(key, in: range).map { .seconds($0) }
    }
}
