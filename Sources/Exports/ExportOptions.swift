import BackupModel
public import ExportProtocol
public import Linux

/// How a caller wants an export made.
public struct ExportOptions: Sendable {
    /// The longest password in bytes: what gpg-agent takes from a client that supplies it.
    public static let maximumPasswordByteCount = 255
    /// The most keys an export is encrypted to.
    public static let maximumRecipientCount = 64
    /// The largest armored key in bytes; all of them together fit into a request to the worker.
    public static let maximumRecipientByteCount = 100 << 10

    /// The password that opens the export; nil when only the recipients' keys do.
    public var password: Secret?
    /// OpenPGP public keys, armored.
    public var recipients: [String]
    /// How to compress before encrypting; nil for what the configuration says.
    public var compression: ExportRequest.Compression?
    /// The most bytes written in a second, 0 for no limit; nil for what the configuration says.
    public var maxRate: UInt64?

    /// Creates options.
    public init(
        password: Secret? = nil,
        recipients: [String] = [],
        compression: ExportRequest.Compression? = nil,
        maxRate: UInt64? = nil
    ) {
        self.password = password
        self.recipients = recipients
        self.compression = compression
        self.maxRate = maxRate
    }

    /// Refuses what gpg could not work with, or could not be opened again by typing the password.
    /// - Throws: `BackupError` with `invalidArgs`.
    public func validate() throws {
        guard password != nil || !recipients.isEmpty else {
            throw BackupError(
                .invalidArgs,
                "Neither a password nor a recipient's public key was given; pass one of them."
            )
        }
        if let password { try Self.validate(password) }
        guard recipients.count <= Self.maximumRecipientCount else {
            throw BackupError(
                .invalidArgs,
                "\(recipients.count) recipients were given; pass at most \(Self.maximumRecipientCount)."
            )
        }
        for (index, key) in recipients.enumerated() {
            guard key.utf8.count <= Self.maximumRecipientByteCount else {
                throw BackupError(
                    .invalidArgs,
                    "Recipient \(index + 1) has \(key.utf8.count) bytes; pass a public key of at most "
                        + "\(Self.maximumRecipientByteCount)."
                )
            }
        }
    }

    private static func validate(_ password: Secret) throws {
        guard !password.isEmpty else {
            throw BackupError(.invalidArgs, "The password is empty; pass one of at least one character.")
        }
        guard password.count <= maximumPasswordByteCount else {
            throw BackupError(
                .invalidArgs,
                "The password has \(password.count) bytes; pass one of at most \(maximumPasswordByteCount)."
            )
        }
        guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw BackupError(
                .invalidArgs,
                "The password holds a control character such as a newline, which could not be typed to open the export; "
                    + "pass one without."
            )
        }
    }
}
