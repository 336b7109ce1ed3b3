import BackupModel
import HTTPTypes
import Hummingbird
import Logging

/// Makes responses of errors: JSON for scripts, pages for people.
struct ErrorMiddleware: RouterMiddleware {
    let logger: Logger

    @concurrent func handle(
        _ request: Request,
        context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            return response(refusal, request)
        } catch let error as BackupError {
            if error.code.httpStatus >= 500 { logger.warning("\(request.method) \(request.uri.path): \(error)") }
            return response(Refusal(error), request)
        } catch let error as any HTTPResponseError {
            return response(Self.refusal(of: error.status), request)
        } catch is CancellationError {
            return response(
                Refusal(status: .serviceUnavailable, code: "Cancelled", message: "The server is ending."),
                request
            )
        } catch {
            logger.error("\(request.method) \(request.uri.path): \(error)")
            return response(Self.refusal(of: .internalServerError), request)
        }
    }

    private static func refusal(of status: HTTPResponse.Status) -> Refusal {
        switch status {
        case .notFound: return .notFound
        case .contentTooLarge:
            return Refusal(status: status, code: "LimitsExceeded", message: "The request is too large.")
        case .internalServerError:
            let message = "Something went wrong in the server; see `journalctl -u nexus-web`."
            return Refusal(status: status, code: "Failed", message: message)
        default:
            let message = "The request could not be understood: \(status.reasonPhrase)."
            return Refusal(status: status, code: "InvalidArgs", message: message)
        }
    }

    private func response(_ refusal: Refusal, _ request: Request) -> Response {
        var response: Response
        if request.uri.path.hasPrefix("/api/") {
            response = .json(ProblemDocument(refusal), refusal.status, type: ProblemDocument.mediaType)
            if refusal.isForWantOfToken { response.headers[.wwwAuthenticate] = "Bearer realm=\"nexus-backup\"" }
        } else if refusal.isForWantOfToken, !request.uri.path.hasPrefix(DownloadPath.prefix), request.method == .get {
            response = .redirection(to: "/login")
        } else if request.acceptsPages {
            response = .page(.message(refusal.message, title: refusal.status.reasonPhrase), refusal.status)
        } else {
            response = Response(status: refusal.status, body: .init(byteBuffer: .init(string: refusal.message + "\n")))
            response.headers[.contentType] = "text/plain; charset=utf-8"
        }
        if refusal.isForWantOfToken, request.uri.path.hasPrefix(DownloadPath.prefix) {
            response.headers[.wwwAuthenticate] = "Basic realm=\"nexus-backup\", charset=\"UTF-8\""
        }
        for field in refusal.headers { response.headers[field.name] = field.value }
        return request.method == .head ? response.createHeadResponse() : response
    }
}

extension Request {
    /// Whether a person's browser asks for a page.
    var acceptsPages: Bool {
        headers[.accept]?.contains("text/html") == true
    }
}
