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

    /// Adds the routes to the group of `/api/v1`.
    func addRoutes(to group: RouterGroup<WebContext>) {
        for route in routes { group.on(route.routerPath, method: route.method, use: route.answer) }
    }
}
