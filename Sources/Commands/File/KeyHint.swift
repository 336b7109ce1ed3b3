import BackupModel

/// What to do with a file that no password opens.
enum KeyHint {
    /// `error`, with the way by hand where only a private key opens `file`.
    static func adding(to error: BackupError, file: String) -> BackupError {
        guard error.code == .unsupported else { return error }
        let opening = OpeningCommand(path: file, isCompressed: nil)
        return BackupError(
            error.code,
            "\(error.message) If it was made for a public key, open it as the user who has the private key: \(opening.text) "
                + "(with tar --zstd if it is compressed).",
            cause: error.cause
        )
    }
}
