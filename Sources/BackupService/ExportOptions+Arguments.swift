import BackupModel
import DBus
import ExportProtocol
import Exports
import Linux

extension ExportOptions {
    /// The keys of an `options` dictionary whose strings are passwords.
    static let secretKeys: Set<String> = [Key.password.rawValue]

    private enum Key: String, OptionKey {
        case password
        case passwordFD = "password-fd"
        case recipients
        case compression
        case maxRate = "max-rate"
    }

    /// Reads the options of `CreateWithOptions` and `Export`; a password that comes through a descriptor is read from it.
    /// - Throws: `BackupError` with `invalidArgs` for an option that is unknown, mistyped or out of range.
    init(arguments: [String: Value]) async throws {
        self.init()
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            try await set(Key(named: name), to: value)
        }
        try validate()
    }

    private mutating func set(_ key: Key, to value: Value) async throws {
        switch key {
        case .password:
            try setPassword(key.read(value, "a string (s)") { $0.secret })
        case .passwordFD:
            let descriptor = try key.read(value, "a file descriptor (h)") { $0.fileDescriptor }
            try setPassword(await .reading(from: descriptor))
        case .recipients:
            recipients = try key.read(value, "an array of strings (as)") { value in
                guard value.signature == "as" else { return nil }
                return value.elements?.compactMap(\.string)
            }
        case .compression:
            compression = try key.read(value, "\"none\" or \"zstd\" (s)") { value in
                value.string.flatMap(ExportRequest.Compression.init)
            }
        case .maxRate:
            maxRate = try key.read(value, "a number of bytes per second (t)") { $0.integer() }
        }
    }

    private mutating func setPassword(_ secret: Secret) throws {
        guard password == nil else {
            throw BackupError(
                .invalidArgs,
                "Both the options \"password\" and \"password-fd\" were given; pass one of them."
            )
        }
        password = secret
    }
}

extension Secret {
    /// How long a caller may take to write a password to the descriptor it passed.
    private static let patience: Duration = .seconds(10)

    /// Reads a password from what a caller passed, up to its end or the first newline.
    fileprivate static func reading(from descriptor: SharedDescriptor) async throws -> Secret {
        do {
            // One byte more than allowed, so that a longer one is refused and not cut.
            return try await blocking {
                try Secret(
                    readingLineFrom: descriptor.file,
                    limit: ExportOptions.maximumPasswordByteCount + 1,
                    patience: patience
                )
            }
        } catch let error as LinuxError {
            throw BackupError(
                .invalidArgs,
                "The password could not be read from the descriptor of the option \"password-fd\": \(error.errno).",
                cause: error
            )
        }
    }
}
