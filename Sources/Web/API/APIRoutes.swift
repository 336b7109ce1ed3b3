import Hummingbird
import WebTokens

/// The API for scripts and for the page, below `/api/v1`; whoever gets here has a token, and one that may change things where the
/// request does.
struct APIRoutes: Sendable {
    let service: ServiceConnection

    /// Adds the routes to the group of `/api/v1`.
    func addRoutes(to group: RouterGroup<WebContext>) {
        group.get("/session") { _, context in
            guard let identity = context.identity else { throw Refusal.tokenNeeded }
            return Response.json(SessionDocument(identity))
        }
    }
}

/// What `GET /api/v1/session` tells.
struct SessionDocument: Encodable {
    /// The name of the token.
    let name: String
    /// What it may do.
    let role: String
    /// What requests of a session that change something send as `X-CSRF-Token`; absent where there is no session.
    let csrf: String?

    init(_ identity: Identity) {
        name = identity.name
        role = identity.role.rawValue
        csrf = identity.session?.antiForgery
    }
}
