import BackupModel
import Configuration
import DBus
import Logging
import SystemPackage
import TestSupport
import Testing
import Web
import WebTokens

struct WebServerTests {
    @Test func `an address that this machine does not have is told with the reason`() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = WebConfiguration()
            // Of the addresses that are for documentation; RFC 5737.
            configuration.listen = [ListenAddress(host: "192.0.2.1", port: 8380)]
            let server = try WebServer(
                configuration: configuration,
                bus: .system,
                tokens: TokenFile(directory.appending("web-tokens.json")),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let error = await #expect(throws: BackupError.self) { try await server.run() }
            #expect(error?.message.contains("192.0.2.1:8380 (Cannot assign requested address)") == true)
        }
    }
}
