import HTTPTypes
import Hummingbird

/// Notes who sent a request. Whether that is enough, the routes decide; a wrong token is never let through as nobody.
struct AuthenticationMiddleware: RouterMiddleware {
    let authenticator: Authenticator

    @concurrent func handle(
        _ request: Request,
        context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        switch authenticator.outcome(of: request, context) {
        case .anonymous: break
        case .known(let identity):
            context.identity = identity
            context.notes.tokenName = identity.name
        case .wrong:
            if let wait = authenticator.failures.noteFailure(of: context.client) { throw Refusal.tooManyFailures(wait) }
            throw Refusal.wrongToken
        }
        return try await next(request, context)
    }
}

/// Lets in only who may do what the request is about, and only what a person or a program wanted.
struct AccessMiddleware: RouterMiddleware {
    /// Who is let in.
    enum Rule: Sendable {
        /// Everybody.
        case everybody
        /// Everybody, also from a page that was opened before the session was.
        case logins
        /// Who has a token.
        case tokenHolders
    }

    let rule: Rule

    @concurrent func handle(
        _ request: Request,
        context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if rule == .tokenHolders, context.identity == nil { throw Refusal.tokenNeeded }
        guard request.method != .get, request.method != .head else { return try await next(request, context) }
        guard OriginCheck.allows(request) else { throw Refusal.foreignOrigin }
        if rule == .tokenHolders, context.identity?.mayChange != true { throw Refusal.readOnly }
        var request = request
        if rule != .logins, let session = context.identity?.session {
            guard try await Self.sentToken(in: &request) == session.antiForgery else { throw Refusal.foreignOrigin }
        }
        return try await next(request, context)
    }

    /// What the request shows to come from a page of ours: a field of the head, or one of a form.
    private static func sentToken(in request: inout Request) async throws -> String? {
        if let field = request.headers[.antiForgery] { return field }
        return try await FormBody.fields(of: &request)?["csrf"]
    }
}
