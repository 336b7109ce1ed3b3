import HTTPTypes

/// Why a request was refused, as the API tells it; see RFC 9457.
struct ProblemDocument: Encodable {
    static let mediaType = "application/problem+json"

    let type = "about:blank"
    let title: String
    let status: Int
    let detail: String
    /// A word that scripts can rely on.
    let code: String
    /// The error's name on D-Bus; nil where the web service itself refused.
    let error: String?

    init(_ refusal: Refusal) {
        title = refusal.status.reasonPhrase
        status = refusal.status.code
        detail = refusal.message
        code = refusal.code
        error = refusal.busName
    }
}
