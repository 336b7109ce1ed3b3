import Configuration
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Web

@Suite struct AuthenticationMiddlewareTests {
    private func basic(_ user: String, _ token: String) -> HTTPFields {
        [.authorization: "Basic \(Data("\(user):\(token)".utf8).base64EncodedString())"]
    }

    @Test("A token is taken as Bearer, and as the password of any user")
    func means() async throws {
        try await TestSite.with { site async throws in
            for headers in [
                [.authorization: "Bearer \(site.full)"], basic("alice", site.full), basic("", site.full),
            ] as [HTTPFields] {
                let response = try await site.get("/api/v1/session", headers)
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == #"{"name":"alice","read_only":false,"role":"full"}"#)
            }
        }
    }

    @Test("A wrong token is refused everywhere, and after a few times for a while")
    func wrong() async throws {
        let failures = FailureLimiter(perClient: .init(burst: 3, interval: .seconds(60)))
        try await TestSite.with(failures: failures) { site async throws in
            let wrong: HTTPFields = [.authorization: "Bearer nxb_wrong"]
            #expect(try await site.get("/api/v1/session", wrong).status == .unauthorized)
            #expect(
                try await site.get("/nexus-backups/nexus_backup_1.tar.gpg", basic("a", "b")).status == .unauthorized
            )
            #expect(try await site.post("/login", form: "token=wrong").status == .unauthorized)
            let limited = try await site.get("/api/v1/session", wrong)
            #expect(limited.status == .tooManyRequests)
            #expect(limited.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
            #expect(try await site.post("/login", form: "token=wrong").status == .tooManyRequests)
            // The owner of a token is not locked out by what others do.
            #expect(try await site.get("/api/v1/session", [.authorization: "Bearer \(site.full)"]).status == .ok)
        }
    }

    @Test("A wrong token is no way in where everybody may download, either")
    func openDownloads() async throws {
        try await TestSite.with(WebConfiguration(downloads: .open)) { site async throws in
            let path = "/nexus-backups/nexus_backup_1.tar.gpg"
            #expect(try await site.get(path).status == .serviceUnavailable)
            #expect(try await site.get(path, basic("a", "b")).status == .unauthorized)
            #expect(try await site.get("/api/v1/session").status == .unauthorized)
        }
    }

    @Test("A read-only token changes nothing, whatever it is sent as")
    func readOnly() async throws {
        try await TestSite.with { site async throws in
            #expect(try await site.get("/api/v1/session", [.authorization: "Bearer \(site.readOnly)"]).status == .ok)
            #expect(
                try await site.post("/test/change", [.authorization: "Bearer \(site.readOnly)"]).status == .forbidden
            )
            let (cookie, antiForgery) = try await site.logIn(site.readOnly)
            #expect(
                try await site.post("/test/change", [.cookie: cookie, .antiForgery: antiForgery]).status == .forbidden
            )
            #expect(try await site.post("/test/change", [.authorization: "Bearer \(site.full)"]).status == .ok)
        }
    }

    @Test("A session changes something only from a page of this server")
    func crossSite() async throws {
        try await TestSite.with { site async throws in
            let (cookie, antiForgery) = try await site.logIn(site.full)
            let (_, foreign) = try await site.logIn(site.full)
            var headers: HTTPFields = [.cookie: cookie]
            #expect(try await site.post("/test/change", headers).status == .forbidden)
            #expect(try await site.post("/test/change", headers, form: "csrf=\(foreign)").status == .forbidden)
            #expect(try await site.post("/test/change", headers, form: "csrf=\(antiForgery)").status == .ok)
            headers[.antiForgery] = antiForgery
            #expect(try await site.post("/test/change", headers).status == .ok)
            headers[.secFetchSite] = "same-origin"
            #expect(try await site.post("/test/change", headers).status == .ok)
            for site in ["cross-site", "same-site", "none"] {
                headers[.secFetchSite] = site
                #expect(!OriginCheck.allows(.init(head: .post(headers), body: .init(buffer: ByteBuffer()))))
            }
        }
    }

    @Test(
        "An origin is this server's or none",
        arguments: [
            ("https://host.example", true), ("http://HOST.example", true), ("https://other.example", false),
            ("null", false), ("https://host.example.evil.example", false), ("https://host.example:444", false),
            ("", false),
        ]
    )
    func origins(origin: String, isAllowed: Bool) {
        #expect(
            OriginCheck.allows(.init(head: .post([.origin: origin]), body: .init(buffer: ByteBuffer()))) == isAllowed
        )
    }

    @Test("A login that another site makes the browser send is refused")
    func loginFromElsewhere() async throws {
        try await TestSite.with { site async throws in
            let response = try await site.post("/login", [.origin: "https://evil.example"], form: "token=\(site.full)")
            #expect(response.status == .forbidden)
            #expect(response.headers[.setCookie] == nil)
        }
    }
}

extension HTTPRequest {
    fileprivate static func post(_ headers: HTTPFields) -> HTTPRequest {
        HTTPRequest(method: .post, scheme: nil, authority: "host.example", path: "/", headerFields: headers)
    }
}
