import ArgumentParser
import BackupModel
import Linux
import SystemPackage

/// Which files of a backup are wanted, as they are given.
struct RestoreSelection: ParsableArguments {
    /// More than the service takes.
    private static let maximumByteCount = 2 << 20

    @Argument(
        help: ArgumentHelp(
            "Files and directories in the backup, such as system/etc/hosts; all of it without.",
            valueName: "path"
        )
    )
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file that holds paths of any bytes, each ended by a NUL, as find -print0 writes them.",
            valueName: "file"
        )
    )
    var pathsFrom: String?

    /// The paths, as bytes.
    /// - Throws: `BackupError` with `invalidArgs` where the file can't be read, or holds no path.
    func bytes() async throws -> [[UInt8]] {
        let given = paths.map { Self.withoutSlashAtEnd(Array($0.utf8)) }
        guard let pathsFrom else { return given }
        do {
            let content = try await blocking {
                try Descriptor.open(FilePath(pathsFrom), .readOnly).readAll(limit: Self.maximumByteCount)
            }
            let read = content.split(separator: 0).map { Self.withoutSlashAtEnd(Array($0)) }
            guard !read.isEmpty else {
                // Not all of the backup, as when no path is given at all.
                throw BackupError(.invalidArgs, "The file \(pathsFrom.escapedForTerminal) holds no path.")
            }
            return given + read
        } catch let error as LinuxError {
            throw BackupError(
                .invalidArgs,
                "The paths can't be read from \(pathsFrom.escapedForTerminal): \(error.errno).",
                cause: error
            )
        }
    }

    /// What a shell completes is a directory's name with a slash.
    private static func withoutSlashAtEnd(_ path: [UInt8]) -> [UInt8] {
        path.count > 1 && path.last == UInt8(ascii: "/") ? path.dropLast() : path
    }
}
