import WebTokens

/// Who a client is.
struct Identity: Sendable {
    /// How it has shown that.
    enum Means: Sendable {
        /// By a token in the request.
        case token
        /// By the cookie of a session.
        case session(Session)
    }

    /// The name of its token.
    let name: String
    /// What it may do.
    let role: Token.Role
    /// How it has shown that.
    let means: Means

    /// Whether it may do more than look and download.
    var mayChange: Bool { role == .full }

    /// The session; nil where the token itself is in the request.
    var session: Session? {
        if case .session(let session) = means { session } else { nil }
    }
}
