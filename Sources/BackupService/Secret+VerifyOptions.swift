import BackupModel
import DBus
import Exports
import Linux

extension Secret {
    /// Reads the options of `Verify`: the password, in one of two ways, and nothing else.
    /// - Throws: `BackupError` with `invalidArgs`.
    static func password(ofVerifyOptions options: [String: Value]) async throws -> Secret {
        let known = ["password", "password-fd"]
        if let unknown = options.keys.sorted().first(where: { !known.contains($0) }) {
            throw BackupError(
                .invalidArgs,
                "There is no option \"\(unknown.escapedForMessage)\"; the options are \"password\" and \"password-fd\"."
            )
        }
        guard !options.isEmpty, let password = try await ExportOptions(arguments: options).password else {
            throw BackupError(.invalidArgs, "No password was given; pass \"password\" or \"password-fd\".")
        }
        return password
    }
}
