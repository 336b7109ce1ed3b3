import WebTokens

/// Who the caller is.
struct SessionDocument: Encodable {
    /// The name of the token.
    let name: String
    /// What it may do.
    let role: String
    /// Whether calls that change something are refused.
    let readOnly: Bool
    /// What requests of a session that change something send as `X-CSRF-Token`; absent where there is no session.
    let csrf: String?

    init(_ identity: Identity) {
        name = identity.name
        role = identity.role.rawValue
        readOnly = !identity.mayChange
        csrf = identity.session?.antiForgery
    }
}
