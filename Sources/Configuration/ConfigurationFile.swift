import SystemPackage

/// A file in TOML, before anything is made of its text.
enum ConfigurationFile {
    /// More than any configuration needs; a file that is larger is another file.
    private static let maximumByteCount = 1 << 20

    /// The text of `file`.
    ///
    /// - Throws: that the file can't be read, is longer than 1 MiB or is not in UTF-8.
    static func text(of file: FilePath) throws(ConfigurationError) -> String {
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
        return text
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
