import FoundationEssentials
import Glibc
public import Linux
public import SystemPackage

/// Runs `body` with a new, empty directory, which is removed afterwards with all it holds, also when `body` throws.
public func withTemporaryDirectory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let directory = try makeTemporaryDirectory()
    defer { removeTemporaryDirectory(directory) }
    return try body(directory)
}

/// Runs `body` with a new, empty directory, which is removed afterwards with all it holds, also when `body` throws.
public func withTemporaryDirectory<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let directory = try makeTemporaryDirectory()
    defer { removeTemporaryDirectory(directory) }
    return try await body(directory)
}

/// Makes a symbolic link at `path` that says `target`.
public func symlink(_ target: String, at path: FilePath) throws(LinuxError) {
    guard unsafe path.withPlatformString({ unsafe Glibc.symlink(target, $0) }) == 0 else {
        throw LinuxError(last: "make the symbolic link \(path)")
    }
}

private func makeTemporaryDirectory() throws(LinuxError) -> FilePath {
    // Short, as sockets are made below it; and open to other users, as some tests act as one.
    let path = FilePath("/tmp/nx-" + String(UInt64.random(in: 0..<(1 << 40)), radix: 36))
    try makeDirectories(path, permissions: FilePermissions(rawValue: 0o755))
    return path
}

private func removeTemporaryDirectory(_ directory: FilePath) {
    try? FileManager.default.removeItem(atPath: directory.string)
}
