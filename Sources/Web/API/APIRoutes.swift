import HTTPTypes
import Hummingbird
import NIOCore

/// The API for scripts and for the page, below `/api/v1`; whoever gets here has a token, and one that may change things where the
/// request does.
struct APIRoutes: Sendable {
    let service: ServiceConnection
    let feed: JobFeed
    let authenticator: Authenticator

    init(service: ServiceConnection, authenticator: Authenticator) {
        self.service = service
        self.authenticator = authenticator
        feed = JobFeed(service)
    }

    /// All calls that there are.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/session") { _, context in
                guard let identity = context.identity else { throw Refusal.tokenNeeded }
                return .json(SessionDocument(identity))
            },
            APIRoute(.get, "/openapi.json") { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "application/json"],
                    body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json))
                )
            },
            APIRoute(.get, "/events") { request, context in
                EventStream(feed: feed, authenticator: authenticator, request: request, context: context).response
            },
        ] + OverviewCall(service: service).routes + SnapshotCalls(service: service, feed: feed).routes
            + BackupCalls(service: service, feed: feed).routes + JobCalls(service: service, feed: feed).routes
            + FileCalls(service: service).routes + RestoreCall(service: service, feed: feed).routes
    }

    /// Adds the routes to the group of `/api/v1`; another method of one of their paths is refused as such.
    func addRoutes(to group: RouterGroup<WebContext>) {
        let routes = routes
        for route in routes { group.on(route.routerPath, method: route.method, use: route.answer) }
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let allowed = Set(routes.map(\.method)).union(routes.contains { $0.method == .get } ? [.head] : [])
            let others = Self.methods.subtracting(allowed)
            let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in others {
                group.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Refusal(
                        status: .methodNotAllowed,
                        code: "InvalidArgs",
                        message: "This address takes \(list) only.",
                        headers: [.allow: list]
                    )
                }
            }
        }
    }

    /// Those that programs know; any other leads to no address at all.
    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .query,
    ]
}

extension HTTPRequest.Method {
    fileprivate static let query = HTTPRequest.Method("QUERY") ?? .get
}
