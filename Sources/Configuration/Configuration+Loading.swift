public import SystemPackage

extension Configuration {
    /// Reads `file`, and looks up every path in it below `root`, where there is one.
    ///
    /// - Throws: that the file can't be read or is longer than 1 MiB, or the first mistake in it.
    public static func load(from file: FilePath, root: FilePath? = nil) throws(ConfigurationError) -> Configuration {
        let configuration = try parse(ConfigurationFile.text(of: file), file: printable(file.string))
        return root.map(configuration.prefixed(by:)) ?? configuration
    }

    /// Reads the default file, below `root` where there is one; no such file means the default configuration.
    ///
    /// - Throws: like `load(from:root:)`.
    public static func loadDefault(root: FilePath? = nil) throws(ConfigurationError) -> Configuration {
        let file = root?.appending(defaultFile.components) ?? defaultFile
        do {
            _ = try Stat(file)
        } catch Errno.noSuchFileOrDirectory {
            return root.map(Self.default.prefixed(by:)) ?? .default
        } catch {
            throw ConfigurationError(file: printable(file.string), message: "The file can't be examined: \(error).")
        }
        return try load(from: file, root: root)
    }
}
