import HTTPTypes
import Hummingbird
import NIOCore

/// Notes where a request comes from, and how.
struct ClientMiddleware: RouterMiddleware {
    let isBehindProxy: Bool
    let hasTLS: Bool

    @concurrent func handle(
        _ request: Request,
        context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.client = context.channel?.remoteAddress?.ipAddress ?? "unknown"
        context.hasTLS = hasTLS
        context.isEncrypted = hasTLS
        if isBehindProxy {
            // The proxy adds the address it sees as the last one; those before it are what the client said.
            let addresses = request.headers[values: .forwardedFor].last?.split(separator: ",")
            if let last = addresses?.last { context.client = Self.printable(last) }
            context.isEncrypted = hasTLS || request.headers[values: .forwardedProtocol].last?.lowercased() == "https"
        }
        return try await next(request, context)
    }

    private static func printable(_ text: Substring) -> String {
        String(text.filter { $0.isHexDigit || $0 == "." || $0 == ":" }.prefix(45))
    }
}

extension HTTPField.Name {
    fileprivate static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
    fileprivate static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto") ?? .via
}
