import BackupModel
import DBus
import Exports
import Linux

extension Secret {
    /// Reads the options of `Verify`: the password, in one of two ways, and nothing else.
    /// - Throws: `BackupError` with `invalidArgs`.
    static func password(ofVerifyOptions options: [String: Value]) async throws -> Secret {
        for name in options.keys.sorted() { _ = try VerifyKey(named: name) }
        guard !options.isEmpty, let password = try await ExportOptions(arguments: options).password else {
            throw BackupError(.invalidArgs, "No password was given; pass \"password\" or \"password-fd\".")
        }
        return password
    }
}

private enum VerifyKey: String, OptionKey {
    case password
    case passwordFD = "password-fd"
}
