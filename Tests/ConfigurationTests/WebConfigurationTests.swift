import SystemPackage
import Testing

@testable import Configuration

@Suite struct WebConfigurationTests {
    private func parse(_ text: String) throws -> WebConfiguration {
        try WebConfiguration.parse(text, file: "w")
    }

    @Test("Without anything said, only this machine can connect, and downloads need a token")
    func defaults() throws {
        let configuration = try parse("")
        #expect(configuration == WebConfiguration())
        #expect(configuration.listen.map(\.description) == ["127.0.0.1:8380"])
        #expect(configuration.downloads == .token)
        #expect(!configuration.behindProxy && configuration.tls == nil)
    }

    @Test("Every key is read")
    func everything() throws {
        let configuration = try parse(
            """
            [server]
            listen = ["0.0.0.0:443", "[::]:443"]
            behind_proxy = true
            downloads = "open"
            [tls]
            certificate = "/etc/c.pem"
            key = "/etc/k.pem"
            [session]
            idle_timeout = 60
            lifetime = 3600
            [limits]
            connections = 10
            request_timeout = 5
            stall_timeout = 6
            """
        )
        #expect(
            configuration.listen == [ListenAddress(host: "0.0.0.0", port: 443), ListenAddress(host: "::", port: 443)]
        )
        #expect(configuration.tls == .init(certificate: "/etc/c.pem", key: "/etc/k.pem"))
        #expect(configuration.behindProxy && configuration.downloads == .open)
        #expect(configuration.session == .init(idleTimeout: .seconds(60), lifetime: .seconds(3600)))
        #expect(
            configuration.limits
                == .init(connections: 10, requestTimeout: .seconds(5), stallTimeout: .seconds(6))
        )
    }

    @Test("The example is what there is without it")
    func example() throws {
        let file = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("examples/web.toml")
        #expect(try WebConfiguration.load(from: file) == WebConfiguration())
    }

    @Test(
        "A mistake is reported with its line",
        arguments: [
            ("[sever]", "w:1: The section [sever] is unknown; did you mean [server]?"),
            (
                "[server]\nlisten = \"x\"",
                "w:2: The key \"listen\" of [server] must be an array of strings, and is a string."
            ),
            ("[server]\n\nlitsen = []", "w:3: The key \"litsen\" of [server] is unknown; did you mean \"listen\"?"),
            ("[server]\nlisten = []", "w:2: The key \"listen\" of [server] must name at least one address."),
            (
                "[server]\ndownloads = \"all\"",
                "w:2: The key \"downloads\" of [server] must be \"token\" or \"open\", and is \"all\"."
            ),
            ("[tls]\nkey = \"/k\"", "w:1: [tls] needs the key \"certificate\"."),
            (
                "[session]\nlifetime = 5",
                "w:2: The key \"lifetime\" of [session] must be from 60 to 2592000, and is 5."
            ),
        ]
    )
    func mistakes(text: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try parse(text) }
        #expect(error.description == message)
    }

    @Test(
        "An address that others can reach needs encryption, or a proxy that has it",
        arguments: ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "[2001:db8::1]:80"]
    )
    func reachable(address: String) throws {
        let server = "[server]\nlisten = [\"\(address)\"]\n"
        let error = try #require(throws: ConfigurationError.self) { try parse(server) }
        #expect(error.line == 2 && error.message.contains("which other machines can reach"))
        #expect(try parse(server + "behind_proxy = true").listen.count == 1)
        #expect(try parse(server + "[tls]\ncertificate = \"/c\"\nkey = \"/k\"").listen.count == 1)
    }

    @Test(
        "What is no address with a port is refused",
        arguments: [
            "", "127.0.0.1", ":8380", "localhost:80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80",
            "127.1:80", "256.0.0.1:80", "127.0.0.01:80", "::1:80", "[::1]", "[127.0.0.1]:80", "[::1%lo]:80",
        ]
    )
    func addresses(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
