import BackupModel
import Linux
import SystemPackage

/// Where the password of a backup comes from; never from an argument or the environment, which others can see.
enum PasswordSource {
    /// A file, up to its end.
    case file(FilePath)
    /// Standard input, up to its end.
    case input
    /// The terminal, asked twice for a new password, and once for one that there is.
    case terminal(isNew: Bool)

    /// What gpg-agent takes; the service refuses longer ones too.
    static let maximumByteCount = 255

    /// That of a command whose option `--password-file` is `file`.
    init(file: String?, isNew: Bool, _ console: Console) {
        self =
            switch file {
            case "-": .input
            case let file?: .file(FilePath(file))
            case nil: console.input.isTerminal ? .terminal(isNew: isNew) : .input
            }
    }

    /// Reads the password, and has signals watched from then on.
    ///
    /// - Throws: as ``read(_:)``.
    func readWatchingSignals(_ console: inout Console) async throws -> Secret {
        // A prompt puts the terminal right before it gives way to a signal. What reads a file or a pipe is ended by it.
        if case .terminal = self { console.watchSignals() }
        let password = try await read(console)
        console.watchSignals()
        return password
    }

    /// Reads the password.
    ///
    /// - Throws: `BackupError` with `invalidArgs` for one that no backup can be made with, or that can't be read;
    ///   `Interruption`.
    func read(_ console: Console) async throws -> Secret {
        let password =
            switch self {
            case .file(let path): try await Self.read(path)
            case .input: try await Self.read(console.input)
            case .terminal(let isNew): try await PasswordPrompt(console: console, isNew: isNew).ask()
            }
        try Self.check(password)
        return password
    }

    private static func read(_ path: FilePath) async throws -> Secret {
        try await reading(path.string.escapedForTerminal) {
            let file = try Descriptor.open(path, .readOnly)
            return try Secret.readAll(of: file.file, limit: maximumByteCount + 1)
        }
    }

    private static func read(_ input: FileDescriptor) async throws -> Secret {
        try await reading("standard input") { try Secret.readAll(of: input, limit: maximumByteCount + 1) }
    }

    private static func reading(_ name: String, _ body: @escaping @Sendable () throws -> Secret) async throws -> Secret
    {
        do {
            return try await blocking(body)
        } catch let error as LinuxError {
            throw BackupError(.invalidArgs, "The password can't be read from \(name): \(error.errno).", cause: error)
        }
    }

    /// Refuses what no backup can be made with, or what could not be typed to open it.
    static func check(_ password: Secret) throws(BackupError) {
        guard !password.isEmpty else {
            throw BackupError(.invalidArgs, "The password is empty; give one of at least one character.")
        }
        guard password.count <= maximumByteCount else {
            throw BackupError(
                .invalidArgs,
                "The password is longer than \(maximumByteCount) bytes; give a shorter one."
            )
        }
        guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw BackupError(
                .invalidArgs,
                "The password holds a control character or more than one line; give one that can be typed."
            )
        }
    }
}
