/// What is kept of a token: whose it is and what it may do, and the digest by which it is recognised.
public struct Token: Sendable, Equatable {
    /// What the bearer of a token may do.
    public enum Role: String, Sendable, CaseIterable {
        /// Everything that polkit grants to the web service.
        case full
        /// Look, and download.
        case readOnly = "read-only"
    }

    /// What every token starts with, so that people and scanners for lost secrets recognise one.
    public static let prefix = "nxb_"

    /// What it was called when it was made.
    public let name: String
    /// The raw value of its role; a later version may have roles that this one does not know.
    public let roleName: String
    /// The digest of the whole token, with its prefix.
    public let digest: SecretDigest
    /// When it was made, in seconds since 1970-01-01 UTC.
    public let created: UInt64

    /// Creates a record from its parts.
    public init(name: String, roleName: String, digest: SecretDigest, created: UInt64) {
        self.name = name
        self.roleName = roleName
        self.digest = digest
        self.created = created
    }

    /// What its bearer may do; nil for a role that is not known, which means nothing at all.
    public var role: Role? { Role(rawValue: roleName) }

    /// A new token of 256 random bits.
    public static func generate() -> String {
        prefix + randomSecret()
    }

    /// What is wrong with `name` as the name of a token; nil where nothing is.
    public static func complaint(aboutName name: String) -> String? {
        guard !name.isEmpty else { return "must not be empty" }
        guard name.utf8.count <= 64 else { return "must not be longer than 64 bytes" }
        guard name.utf8.allSatisfy(isOfName), !name.hasPrefix("-") else {
            return "must consist of letters, digits and the characters . _ @ -, and not start with -"
        }
        return nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._@-".utf8.contains(byte)
        }
    }
}
