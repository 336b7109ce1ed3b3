import Configuration
import DBus
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SystemPackage
import TestSupport
import WebTokens

@testable import Web

/// The routes without a connection, with one token of each kind, and no bus.
struct TestSite {
    static let groupID: UInt32 = 0

    let full: String
    let readOnly: String
    let file: TokenFile
    let client: any TestClientProtocol

    /// Runs `body` with the routes of `configuration`.
    static func with(
        _ configuration: WebConfiguration = WebConfiguration(),
        failures: FailureLimiter = FailureLimiter(),
        _ body: @escaping @Sendable (TestSite) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let file = TokenFile(directory.appending("web-tokens.json"))
            let (full, readOnly) = try file.change(group: groupID) { list in
                (
                    try list.add(name: "alice", role: .full, created: 1),
                    try list.add(name: "robot", role: .readOnly, created: 1)
                )
            }
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let authenticator = Authenticator(
                tokens: TokenCache(file, logger: logger),
                sessions: Sessions(configuration.session),
                failures: failures
            )
            let service = ServiceConnection(BusAddress("unix:path=\(directory)/no-bus"))
            let router = WebServer.router(configuration, authenticator, service, logger: logger)
            // What an API will have: something that is changed.
            router.group("/test").add(middleware: AccessMiddleware(rule: .tokenHolders)).post("/change") { _, _ in
                "done"
            }
            router.refuseOtherMethods()
            try await Application(responder: router.buildResponder(), logger: logger).test(.router) { client in
                try await body(TestSite(full: full, readOnly: readOnly, file: file, client: client))
            }
        }
    }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers) { $0 }
    }

    func post(_ path: String, _ headers: HTTPFields = [:], form: String = "") async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: form)) {
            $0
        }
    }

    /// Logs in, and returns the cookie and what forms send along.
    func logIn(_ token: String, _ headers: HTTPFields = [:]) async throws -> (cookie: String, antiForgery: String) {
        let response = try await post("/login", headers, form: "token=\(token)")
        let cookie = String(response.headers[.setCookie]?.split(separator: ";").first ?? "")
        var fields = headers
        fields[.cookie] = cookie
        let page = String(buffer: try await get("/", fields).body)
        let antiForgery = page.firstMatch(of: /name="csrf" value="([0-9a-f]*)"/)?.1 ?? ""
        return (cookie, String(antiForgery))
    }
}
