public import BackupModel
import Linux
public import SystemPackage

/// The file in which the tokens are kept: written by root, read by the web service.
public struct TokenFile: Sendable {
    /// Where the tokens are kept.
    public static let defaultPath: FilePath = "/etc/nexus-backup/web-tokens.json"
    private static let maximumByteCount = 1 << 20

    /// Where it is.
    public let path: FilePath

    /// A file, which need not be there yet.
    public init(_ path: FilePath = defaultPath) {
        self.path = path
    }

    /// What tells one version of the file from the others; nil where there is none.
    public struct Version: Sendable, Equatable {
        private let status: FileStatus

        init(_ status: FileStatus) {
            self.status = status
        }

        /// Whether it is the same file, unchanged; when it was last read does not matter.
        public static func == (left: Self, right: Self) -> Bool {
            left.status.identity == right.status.identity && left.status.size == right.status.size
                && left.status.modificationSeconds == right.status.modificationSeconds
                && left.status.modificationNanoseconds == right.status.modificationNanoseconds
        }
    }

    /// The version that is there now; nil where there is no file or it can't be opened.
    public func version() -> Version? {
        guard let file = try? Descriptor.open(path, [.pathOnly]), let status = try? file.status() else { return nil }
        return Version(status)
    }

    /// The tokens; none where there is no file.
    ///
    /// - Throws: `failed` where it can't be read; `corrupt`.
    public func read() throws(BackupError) -> TokenList {
        do {
            let bytes = try Descriptor.open(path, [.readOnly, .nonBlocking]).readAll(limit: Self.maximumByteCount)
            return try TokenList(file: bytes)
        } catch let error as BackupError {
            throw error
        } catch let error as LinuxError where error.errno == .noSuchFileOrDirectory {
            return TokenList()
        } catch {
            throw BackupError(.failed, "The file of tokens, \(path), can't be read: \(error).", cause: error)
        }
    }

    /// Changes the tokens, and returns when the new ones are on the disk; others that change them wait.
    ///
    /// - Parameter group: the group that can read them.
    public func change<Outcome>(
        group: UInt32,
        _ body: (inout TokenList) throws -> Outcome
    ) throws(BackupError) -> Outcome {
        do {
            let directory = try Descriptor.open(path.removingLastComponent(), [.readOnly, .directory])
            try directory.lockExclusively()
            var list = try read()
            let outcome = try body(&list)
            try write(list.fileContents(), in: directory, group: group)
            return outcome
        } catch let error as BackupError {
            throw error
        } catch let error as LinuxError where error.errno == .permissionDenied {
            throw BackupError(.accessDenied, "The file of tokens, \(path), can be changed by root only.", cause: error)
        } catch {
            throw BackupError(.failed, "The file of tokens, \(path), can't be written: \(error).", cause: error)
        }
    }

    private func write(_ bytes: [UInt8], in directory: borrowing Descriptor, group: UInt32) throws {
        guard let name = path.lastComponent else { throw Errno.invalidArgument }
        let staging = FilePath(".\(name.string).new")
        try directory.removeFileIfThere(staging)
        do {
            let file = try directory.open(
                staging,
                [.writeOnly, .create, .exclusive, .noFollow],
                permissions: [.ownerReadWrite]
            )
            try file.setOwner(file.status().userID, group: group)
            try file.setPermissions(0o640)
            try file.write(bytes)
            try file.synchronize()
            try directory.rename(staging, to: FilePath(name.string))
        } catch {
            _ = try? directory.removeFileIfThere(staging)
            throw error
        }
        try directory.synchronize()
    }
}
