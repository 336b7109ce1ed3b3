import BackupModel
import DBus
public import Linux
import SystemPackage

extension BackupClient {
    /// How an export is to be made; what is nil, the service's configuration decides.
    public struct Options: Sendable {
        /// The password that opens the export; nil when only the recipients' keys shall.
        public var password: Secret?
        /// OpenPGP public keys, armored.
        public var recipients: [String]
        /// `none` or `zstd`.
        public var compression: String?
        /// The most bytes per second; 0 for no limit.
        public var maxRate: UInt64?

        /// Creates options.
        public init(
            password: Secret? = nil,
            recipients: [String] = [],
            compression: String? = nil,
            maxRate: UInt64? = nil
        ) {
            self.password = password
            self.recipients = recipients
            self.compression = compression
            self.maxRate = maxRate
        }
    }
}

extension BackupClient.Options {
    /// What a pipe takes without anybody reading it, whatever its size was set to; see pipe(7).
    private static let pipeCapacity = 4096

    /// The `a{sv}` of the contract.
    func value() throws(BackupError) -> Value {
        var entries: [String: Value] = [:]
        if let password { entries["password-fd"] = .fileDescriptor(try Self.pipe(holding: password)) }
        if !recipients.isEmpty { entries["recipients"] = .array(of: "s", recipients.map { .string($0) }) }
        if let compression { entries["compression"] = .string(compression) }
        if let maxRate { entries["max-rate"] = .uint64(maxRate) }
        return .properties(entries)
    }

    /// A pipe from which `password` can be read, and after it the end.
    private static func pipe(holding password: Secret) throws(BackupError) -> SharedDescriptor {
        guard password.count <= pipeCapacity else {
            throw BackupError(.invalidArgs, "The password has \(password.count) bytes, which is too long.")
        }
        do {
            let pipe = try Pipe.make()
            try pipe.writeEnd.write(password)
            return pipe.ends().read
        } catch {
            throw BackupError(
                .failed,
                "The password can't be handed to the backup service: \(error.errno).",
                cause: error
            )
        }
    }
}
