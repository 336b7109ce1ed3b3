import Configuration
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WebTokens

@testable import Web

@Suite struct PageRoutesTests {
    @Test("Nobody sees anything without a token, and a browser is led to the login")
    func nobody() async throws {
        try await TestSite.with { site async throws in
            let page = try await site.get("/")
            #expect(page.status == .seeOther)
            #expect(page.headers[.location] == "/login")
            let api = try await site.get("/api/v1/session")
            #expect(api.status == .unauthorized)
            #expect(api.headers[.wwwAuthenticate] == "Bearer realm=\"nexus-backup\"")
            let file = try await site.get("/nexus-backups/nexus_backup_1.tar.gpg")
            #expect(file.status == .unauthorized)
            #expect(file.headers[.wwwAuthenticate]?.hasPrefix("Basic ") == true)
            #expect(try await site.get("/login").status == .ok)
            #expect(try await site.get("/elsewhere").status == .notFound)
        }
    }

    @Test("A token that is typed in opens a session, which a logout ends")
    func session() async throws {
        try await TestSite.with { site async throws in
            let response = try await site.post("/login", form: "token=++\(site.full)%0A")
            #expect(response.status == .seeOther)
            let field = try #require(response.headers[.setCookie])
            #expect(field.hasPrefix("nexus-backup="))
            #expect(field.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
            let (cookie, antiForgery) = try await site.logIn(site.full)
            #expect(try await site.get("/api/v1/session", [.cookie: cookie]).status == .ok)
            #expect(try await site.post("/logout", [.cookie: cookie]).status == .forbidden)
            let end = try await site.post("/logout", [.cookie: cookie], form: "csrf=\(antiForgery)")
            #expect(end.status == .seeOther)
            #expect(end.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await site.get("/api/v1/session", [.cookie: cookie]).status == .unauthorized)
        }
    }

    @Test("Behind a proxy that encrypts, the cookie is for encrypted connections to this host alone")
    func proxy() async throws {
        try await TestSite.with(WebConfiguration(behindProxy: true)) { site async throws in
            let name = try #require(HTTPField.Name("X-Forwarded-Proto"))
            let response = try await site.post("/login", [name: "https"], form: "token=\(site.full)")
            let field = try #require(response.headers[.setCookie])
            #expect(field.hasPrefix("__Host-nexus-backup="))
            #expect(field.hasSuffix("; Secure"))
            #expect(response.headers[.strictTransportSecurity] != nil)
        }
    }

    @Test("What a proxy would tell is not believed where there is none")
    func noProxy() async throws {
        try await TestSite.with { site async throws in
            let name = try #require(HTTPField.Name("X-Forwarded-Proto"))
            let response = try await site.post("/login", [name: "https"], form: "token=\(site.full)")
            #expect(response.headers[.setCookie]?.contains("Secure") == false)
        }
    }

    @Test("A revoked token ends its sessions with the next request")
    func revoked() async throws {
        try await TestSite.with { site async throws in
            let (cookie, _) = try await site.logIn(site.full)
            try site.file.change(group: TestSite.groupID) { try $0.revoke("alice") }
            #expect(try await site.get("/api/v1/session", [.cookie: cookie]).status == .unauthorized)
            #expect(
                try await site.get("/api/v1/session", [.authorization: "Bearer \(site.full)"]).status == .unauthorized
            )
            #expect(try await site.get("/api/v1/session", [.authorization: "Bearer \(site.readOnly)"]).status == .ok)
        }
    }

    @Test("Every response makes browsers careful")
    func headers() async throws {
        try await TestSite.with { site async throws in
            for path in ["/", "/login", "/api/v1/session", "/nexus-backups/nexus_backup_1.tar.gpg", "/none"] {
                let headers = try await site.get(path).headers
                let policy = headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.cacheControl] == "no-store")
                #expect(headers[.strictTransportSecurity] == nil)
            }
            let address = "\(Assets.own.prefix)/style.css"
            let style = try await site.get(address)
            #expect(style.headers[.contentType] == "text/css; charset=utf-8")
            let tag = try #require(style.headers[.eTag])
            #expect(try await site.get(address, [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await site.get("\(Assets.own.prefix)/..%2flogin.html").status == .notFound)
        }
    }

    @Test("The pages have no script and no style of their own in them")
    func pages() {
        for page in [PackageResources.login_html, PackageResources.index_html, PackageResources.message_html] {
            let text = String(decoding: page, as: UTF8.self)
            #expect(!text.contains("<style") && !text.contains("style=") && !text.contains(/\son[a-z]+=/))
            #expect(text.matches(of: /<script(?![^>]*\bsrc=)/).isEmpty)
        }
        #expect(!Page.message("<b>\"'&{{title}}", title: "x").text.contains("<b>"))
        #expect(Page.message("{{title}}", title: "x").text.contains("&#123;&#123;title}}"))
    }

    @Test("Where the bus is not there, a person and a script are told so")
    func noBus() async throws {
        try await TestSite.with { site async throws in
            let path = "/nexus-backups/nexus_backup_1.tar.gpg"
            let token = "Bearer \(site.full)"
            let response = try await site.get(path, [.authorization: token])
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "5")
            let page = try await site.get(path, [.authorization: token, .accept: "text/html"])
            #expect(String(buffer: page.body).contains("can&#39;t be reached"))
        }
    }
}
