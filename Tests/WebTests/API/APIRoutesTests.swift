import Configuration
import DBus
import Foundation
import HTTPTypes
import Logging
import SystemPackage
import Testing
import WebTokens

@testable import Web

@Suite struct APIRoutesTests {
    private var routes: [APIRoute] {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let authenticator = Authenticator(
            tokens: TokenCache(TokenFile("/nonexistent/tokens.json"), logger: logger),
            sessions: Sessions(.init()),
            failures: FailureLimiter()
        )
        let service = ServiceConnection(BusAddress("unix:path=/nonexistent/bus"))
        return APIRoutes(service: service, authenticator: authenticator).routes
    }

    private func description() throws -> [String: Any] {
        let document = try JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json))
        return try #require(document as? [String: Any])
    }

    @Test func `the description names every call there is, and no other`() throws {
        let paths = try #require(try description()["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, operations in
            operations.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
        }
        #expect(described.sorted() == routes.map { "\($0.method.rawValue) \($0.path)" }.sorted())
        #expect(try description()["openapi"] as? String == "3.1.0")
    }

    @Test func `every call has a name of its own, and says what comes without a token and of other mistakes`() throws {
        let paths = try #require(try description()["paths"] as? [String: [String: Any]])
        let operations = paths.values.flatMap { $0.values.compactMap { $0 as? [String: Any] } }
        #expect(Set(operations.compactMap { $0["operationId"] as? String }).count == routes.count)
        for operation in operations {
            let responses = try #require(operation["responses"] as? [String: Any])
            #expect(responses["401"] != nil && responses["default"] != nil)
        }
    }
}
