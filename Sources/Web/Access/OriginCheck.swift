import HTTPTypes
import Hummingbird

/// Refuses requests that a page of another site made the browser send.
///
/// Browsers tell by `Sec-Fetch-Site` and `Origin` where a request comes from; other programs send neither. It holds for all
/// requests that change something, whatever let them in: a browser sends the password of `Basic` by itself, too.
enum OriginCheck {
    /// Whether `request` comes from a page of this server, or from no page at all.
    static func allows(_ request: Request) -> Bool {
        if let site = request.headers[.secFetchSite], site != "same-origin" { return false }
        guard let origin = request.headers[.origin] else { return true }
        guard let host = request.head.authority, let separator = origin.firstRange(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == host.lowercased()
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
    static let antiForgery = HTTPField.Name("X-CSRF-Token") ?? .origin
}
