public import SystemPackage

extension Configuration {
    /// More than any configuration needs; a file that is larger is another file.
    private static let maximumByteCount = 1 << 20

    /// Reads `file`, and looks up every path in it below `root`, where there is one.
    ///
    /// - Throws: that the file can't be read or is longer than 1 MiB, or the first mistake in it.
    public static func load(from file: FilePath, root: FilePath? = nil) throws(ConfigurationError) -> Configuration {
        let name = printable(file.string)
        let bytes: [UInt8]
        do {
            bytes = try read(file)
        } catch Errno.noSuchFileOrDirectory {
            throw ConfigurationError(file: name, message: "There is no such file.")
        } catch {
            throw ConfigurationError(file: name, message: "The file can't be read: \(error).")
        }
        guard bytes.count <= maximumByteCount else {
            throw ConfigurationError(file: name, message: "The file is longer than \(maximumByteCount) bytes.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line = firstInvalidLine(of: bytes)
            throw ConfigurationError(file: name, line: line, message: "The text is not UTF-8.")
        }
        let configuration = try parse(text, file: name)
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

    /// The bytes of `file`, up to one more than are allowed.
    private static func read(_ file: FilePath) throws -> [UInt8] {
        // Not to wait for the writer of a FIFO.
        let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec, .nonBlocking])
        return try descriptor.closeAfter {
            guard try Stat(descriptor).type != .fifo else { throw Errno.notSupported }
            var bytes: [UInt8] = []
            while bytes.count <= maximumByteCount {
                let limit = min(1 << 16, maximumByteCount + 1 - bytes.count)
                let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                    count = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if chunk.isEmpty { break }
                bytes += chunk
            }
            return bytes
        }
    }

    private static func firstInvalidLine(of bytes: [UInt8]) -> Int? {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }
            .map { $0 + 1 }
    }
}
