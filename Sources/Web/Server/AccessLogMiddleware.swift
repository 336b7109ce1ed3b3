import Hummingbird
import Logging

/// Writes a line for each request: no field of its head, and of its target the path alone, so that no secret is in it.
struct AccessLogMiddleware: RouterMiddleware {
    let logger: Logger

    @concurrent func handle(
        _ request: Request,
        context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let size = response.headers[.contentLength] ?? "-"
        let path = String(request.uri.path.prefix(200))
        logger.info(
            """
            \(context.client) \(context.notes.tokenName ?? "-") \(request.method) \(path) \
            \(response.status.code) \(size) \(Int(milliseconds)) ms
            """
        )
        return response
    }
}
