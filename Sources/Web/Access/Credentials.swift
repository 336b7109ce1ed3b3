import FoundationEssentials

/// What a request's `Authorization` holds; see RFC 9110, 11.6.2, RFC 6750 and RFC 7617.
enum Credentials: Equatable {
    /// The token of `Bearer`.
    case bearer(String)
    /// What `Basic` holds.
    case basic(user: String, password: String)

    /// nil for a scheme that is not known, or that is not used as it should be.
    init?(_ field: String) {
        guard field.utf8.count <= 1024, let space = field.firstIndex(of: " ") else { return nil }
        let rest = field[space...].drop { $0 == " " }
        switch field[..<space].lowercased() {
        case "bearer":
            self = .bearer(String(rest))
        case "basic":
            guard let data = Data(base64Encoded: String(rest)), let text = String(validating: data, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            self = .basic(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
        default:
            return nil
        }
    }

    /// The text of the token.
    var token: String {
        switch self {
        case .bearer(let token): token
        case .basic(_, let password): password
        }
    }
}
