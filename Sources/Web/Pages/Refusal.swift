import BackupModel
import Client
import HTTPTypes
import NIOHTTP1

/// Why a request is refused by the web service itself: a status and a sentence.
struct Refusal: Error {
    var status: HTTPResponse.Status
    /// A word that scripts can rely on.
    var code: String
    var message: String
    /// The error's name on D-Bus; nil where it is not the backup service that refuses.
    var busName: String?
    /// Fields of the response's head.
    var headers: HTTPFields = [:]
    /// Whether it is for want of a token, so that a browser is led to the page where one is typed in.
    var isForWantOfToken = false

    static let tokenNeeded = Refusal(
        status: .unauthorized,
        code: "TokenNeeded",
        message: "This needs a token; `nexus-backup web token add NAME` makes one.",
        isForWantOfToken: true
    )
    static let wrongToken = Refusal(
        status: .unauthorized,
        code: "WrongToken",
        message: "There is no such token, or it was revoked.",
        isForWantOfToken: true
    )
    static let readOnly = Refusal(
        status: .forbidden,
        code: "ReadOnly",
        message: "This token is read-only: it can look and download, and change nothing."
    )
    static let foreignOrigin = Refusal(
        status: .forbidden,
        code: "ForeignOrigin",
        message: "This request does not come from a page of this server; reload the page and try again."
    )
    static let badForm = Refusal(
        status: .badRequest,
        code: "InvalidArgs",
        message: "The form could not be understood."
    )
    static let notFound = Refusal(status: .notFound, code: "NotFound", message: "There is nothing at this address.")

    /// For a path that takes these methods, and no other.
    static func methodNotAllowed(_ methods: [HTTPRequest.Method]) -> Refusal {
        let names = methods.map(\.rawValue).sorted().joined(separator: ", ")
        return Refusal(
            status: .methodNotAllowed,
            code: "InvalidArgs",
            message: "This address takes \(names) only.",
            headers: [.allow: names]
        )
    }

    static func tooManyFailures(_ wait: Duration) -> Refusal {
        let seconds = max(1, wait.components.seconds + 1)
        return Refusal(
            status: .tooManyRequests,
            code: "TooManyFailures",
            message: "Wrong tokens came too often; try again in \(seconds) seconds.",
            headers: [.retryAfter: "\(seconds)"]
        )
    }
}

extension Refusal {
    /// What a client is told of an error of the backup service.
    init(_ error: BackupError) {
        let status = HTTPResponseStatus(statusCode: error.code.httpStatus)
        self.init(
            status: HTTPResponse.Status(code: Int(status.code), reasonPhrase: status.reasonPhrase),
            code: error.code.rawValue,
            message: error.message,
            busName: error.code.busName
        )
        // It was asked, and ended before it said how that went.
        if error.isServiceGone, self.status == .internalServerError { self.status = .badGateway }
        if self.status == .serviceUnavailable { headers[.retryAfter] = "5" }
    }
}
