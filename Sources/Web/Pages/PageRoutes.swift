import HTTPTypes
import Hummingbird
import WebTokens

/// Login, logout, and what is between.
struct PageRoutes: Sendable {
    let authenticator: Authenticator

    /// Adds the routes.
    func addRoutes(to router: Router<WebContext>) {
        router.get("/login") { _, context -> Response in
            context.identity?.session == nil ? .page(.login()) : .redirection(to: "/")
        }
        router.group().add(middleware: AccessMiddleware(rule: .logins)).post("/login", use: logIn)
        let inside = router.group().add(middleware: AccessMiddleware(rule: .tokenHolders))
        inside.get("/") { _, context in
            guard let session = context.identity?.session else { return Response.redirection(to: "/login") }
            return .page(.index(session))
        }
        // Not among those inside: a read-only token may end its session, too.
        router.group().add(middleware: AccessMiddleware(rule: .everybody)).post("/logout") { _, context in
            guard let session = context.identity?.session else { return Response.redirection(to: "/login") }
            authenticator.sessions.close(session)
            var response = Response.redirection(to: "/login")
            response.headers[.setCookie] = SessionCookie.removal(isSecure: context.isEncrypted)
            return response
        }
    }

    @Sendable private func logIn(_ request: Request, _ context: WebContext) async throws -> Response {
        var request = request
        guard let text = try await FormBody.fields(of: &request)?["token"] else { throw Refusal.badForm }
        guard let (cookie, token) = authenticator.logIn(text.trimmingWhitespace()) else {
            if let wait = authenticator.failures.noteFailure(of: context.client) { throw Refusal.tooManyFailures(wait) }
            return .page(.login(complaint: Refusal.wrongToken.message), .unauthorized)
        }
        context.notes.tokenName = token.name
        if let before = context.identity?.session { authenticator.sessions.close(before) }
        var response = Response.redirection(to: "/")
        response.headers[.setCookie] = SessionCookie.field(cookie, isSecure: context.isEncrypted)
        return response
    }
}

extension String {
    /// The text without blanks and line ends around it, which come along when it is pasted.
    fileprivate func trimmingWhitespace() -> String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[start...end])
    }
}
