import HTTPTypes
import Hummingbird

extension Router<WebContext> {
    private static var knownMethods: [HTTPRequest.Method] {
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"].compactMap { .init($0) }
    }

    /// Has every path that is served by now say which methods it takes, to who comes with another one; see RFC 9110, 15.5.6.
    func refuseOtherMethods() {
        for routes in Dictionary(grouping: routes, by: \.path.description).values {
            guard let path = routes.first?.path else { continue }
            var methods = Set(routes.map(\.method))
            if methods.contains(.get) { methods.insert(.head) }
            let refusal = Refusal.methodNotAllowed(Array(methods))
            for method in Self.knownMethods where !methods.contains(method) {
                on(path, method: method) { _, _ -> Response in throw refusal }
            }
        }
    }
}
