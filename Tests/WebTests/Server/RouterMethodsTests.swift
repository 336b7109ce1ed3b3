import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Web

struct RouterMethodsTests {
    @Test(
        arguments: [
            ("/login", HTTPRequest.Method.delete, "GET, HEAD, POST"), ("/logout", .get, "POST"),
            ("/logout", .head, "POST"), ("/", .options, "GET, HEAD"),
            ("/nexus-backups/nexus_backup_1.tar.gpg", .put, "GET, HEAD"),
        ]
    )
    func `a known path tells which methods it takes`(path: String, method: HTTPRequest.Method, allowed: String)
        async throws
    {
        try await TestSite.with { site async throws in
            let response = try await site.client.execute(uri: path, method: method) { $0 }
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == allowed)
        }
    }

    @Test func `a path that nobody knows is not found by any method`() async throws {
        try await TestSite.with { site async throws in
            for method in [HTTPRequest.Method.get, .post, .options] {
                #expect(try await site.client.execute(uri: "/elsewhere", method: method) { $0 }.status == .notFound)
            }
        }
    }
}
