import BackupModel
import Linux
import SystemPackage

/// The files that hold recipients' public keys.
enum RecipientFiles {
    /// The largest that the service takes.
    private static let maximumByteCount = 1 << 20

    /// The armored keys.
    ///
    /// - Throws: `BackupError` with `invalidArgs` for a file that can't be read or is none.
    static func read(_ paths: [String]) async throws -> [String] {
        var keys: [String] = []
        for path in paths { keys.append(try await read(path)) }
        return keys
    }

    private static func read(_ path: String) async throws -> String {
        let name = path.escapedForTerminal
        let bytes: [UInt8]
        do {
            bytes = try await blocking {
                let file = try Descriptor.open(FilePath(path), .readOnly)
                return try file.readAll(limit: maximumByteCount)
            }
        } catch let error as LinuxError {
            throw BackupError(.invalidArgs, "The recipient's key \(name) can't be read: \(error.errno).", cause: error)
        }
        guard let key = String(validating: bytes, as: UTF8.self), key.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        else {
            throw BackupError(
                .invalidArgs,
                "The file \(name) holds no armored OpenPGP public key; make one with `gpg --export --armor`."
            )
        }
        return key
    }
}
