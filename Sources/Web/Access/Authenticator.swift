import Configuration
import Hummingbird
import Logging
import WebTokens

/// Finds out who sent a request.
struct Authenticator: Sendable {
    let tokens: TokenCache
    let sessions: Sessions
    let failures: FailureLimiter

    /// What a request shows of its sender.
    enum Outcome {
        /// Nothing.
        case anonymous
        case known(Identity)
        /// A token that is none, or of a role that is not known.
        case wrong
    }

    func outcome(of request: Request, _ context: WebContext) -> Outcome {
        if let field = request.headers[.authorization] {
            guard request.headers[values: .authorization].count == 1, let credentials = Credentials(field),
                let identity = identity(ofToken: credentials.token)
            else { return .wrong }
            return .known(identity)
        }
        if let id = request.cookies[SessionCookie.name(isSecure: context.isEncrypted)]?.value,
            let session = sessions.find(id, among: tokens.current()), let role = session.token.role
        {
            return .known(Identity(name: session.token.name, role: role, means: .session(session)))
        }
        return .anonymous
    }

    private func identity(ofToken text: String) -> Identity? {
        guard let token = tokens.current().find(text), let role = token.role else { return nil }
        return Identity(name: token.name, role: role, means: .token)
    }

    /// Opens a session with the token that was typed in, and returns the content of its cookie; nil for a wrong one.
    func logIn(_ text: String) -> (cookie: String, token: Token)? {
        guard let token = tokens.current().find(text), token.role != nil, let cookie = sessions.open(token) else {
            return nil
        }
        return (cookie, token)
    }
}

/// The cookie of a session.
enum SessionCookie {
    /// With the prefix that makes browsers take it only over TLS, from this host, for all paths; see RFC 6265bis, 4.1.3.2.
    static func name(isSecure: Bool) -> String {
        isSecure ? "__Host-nexus-backup" : "nexus-backup"
    }

    /// The field that sets it.
    static func field(_ content: String, isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=\(content); Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    /// The field that takes it away.
    static func removal(isSecure: Bool) -> String {
        field("", isSecure: isSecure) + "; Max-Age=0"
    }
}
