public import BackupModel
import FoundationEssentials

/// The tokens there are.
public struct TokenList: Sendable, Equatable {
    /// The most there may be; each attempt is compared with all of them.
    public static let maximumCount = 1000

    /// In the order in which they were made.
    public private(set) var tokens: [Token]

    /// No tokens, or those given.
    public init(_ tokens: [Token] = []) {
        self.tokens = tokens
    }

    /// The token that `text` is; nil for none. The time this takes does not depend on which it is.
    public func find(_ text: String) -> Token? {
        guard text.utf8.count <= 256, let digest = SecretDigest(of: text) else { return nil }
        var found: Token?
        for token in tokens where token.digest.isSame(as: digest) { found = token }
        return found
    }

    /// Adds a new token, and returns it: its text, which is kept nowhere.
    ///
    /// - Throws: `invalidArgs` for a name that can't be or that another token has; `limitsExceeded`.
    public mutating func add(name: String, role: Token.Role, created: UInt64) throws(BackupError) -> String {
        if let complaint = Token.complaint(aboutName: name) {
            throw BackupError(.invalidArgs, "The name of a token \(complaint).")
        }
        guard !tokens.contains(where: { $0.name == name }) else {
            throw BackupError(
                .invalidArgs,
                "There is a token \(name) already; revoke it first, or choose another name."
            )
        }
        guard tokens.count < Self.maximumCount else {
            throw BackupError(
                .limitsExceeded,
                "There are \(tokens.count) tokens, and no more can be made; revoke some."
            )
        }
        let text = Token.generate()
        guard let digest = SecretDigest(of: text) else {
            throw BackupError(.failed, "SHA-256 can't be computed, as libgcrypt can't be used.")
        }
        tokens.append(Token(name: name, roleName: role.rawValue, digest: digest, created: created))
        return text
    }

    /// Takes the token `name` away.
    ///
    /// - Throws: `notFound` where there is none.
    public mutating func revoke(_ name: String) throws(BackupError) {
        guard let index = tokens.firstIndex(where: { $0.name == name }) else {
            throw BackupError(
                .notFound,
                "There is no token of that name; `nexus-backup web token list` tells which there are."
            )
        }
        tokens.remove(at: index)
    }
}

extension TokenList {
    private struct Document: Codable {
        struct Entry: Codable {
            var name: String
            var role: String
            var sha256: String
            var created: UInt64
        }
        var tokens: [Entry]
    }

    /// The list that a file holds.
    ///
    /// - Throws: `corrupt` where it holds something else.
    init(file bytes: [UInt8]) throws(BackupError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw BackupError(.corrupt, "The file of tokens is damaged: it is not the JSON it should be.", cause: error)
        }
        var tokens: [Token] = []
        for entry in document.tokens {
            guard let digest = SecretDigest(hexadecimal: entry.sha256) else {
                throw BackupError(.corrupt, "The file of tokens is damaged: an entry has no SHA-256.")
            }
            tokens.append(Token(name: entry.name, roleName: entry.role, digest: digest, created: entry.created))
        }
        self.tokens = tokens
    }

    /// What a file of the list holds.
    func fileContents() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let entries = tokens.map {
            Document.Entry(name: $0.name, role: $0.roleName, sha256: $0.digest.hexadecimal, created: $0.created)
        }
        return Array(try encoder.encode(Document(tokens: entries))) + [UInt8(ascii: "\n")]
    }
}
