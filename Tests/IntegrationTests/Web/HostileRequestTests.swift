import Linux
import SystemPackage
import TestSupport
import Testing

/// Requests that nobody sends by accident.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct HostileRequestTests {
    /// Sends each argument after the port, an expression of bytes, on a connection of its own, and prints the statuses of what comes
    /// back until the server closes, or "open" where it does not within some seconds.
    private static let script = #"""
        import re, socket, sys
        for text in sys.argv[2:]:
            connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            connection.settimeout(8)
            try:
                connection.sendall(eval(text))
            except OSError:
                pass
            answer, end = b"", "closed"
            try:
                while part := connection.recv(65536):
                    answer += part
            except TimeoutError:
                end = "open"
            except OSError:
                pass
            print(",".join(s.decode() for s in re.findall(rb"HTTP/1.1 (\d+)", answer)), end)
        """#

    private func withSite(_ body: (TestSite) async throws -> Void) async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                try await service.withSite(configuration: "[limits]\nrequest_timeout = 2\nstall_timeout = 3\n", body)
            }
        }
    }

    private func send(_ requests: [String], to site: TestSite) async throws -> [String] {
        let quoted = requests.map { "'" + $0 + "'" }.joined(separator: " ")
        return try await shell("python3 -c '\(Self.script.replacing("'", with: "'\\''"))' \(site.port) \(quoted)")
            .split(separator: "\n").map(String.init)
    }

    /// A request for the login with these lines in its head, after which another one is hidden.
    private static func post(_ lines: String, body: String) -> String {
        #"b"POST /login HTTP/1.1\r\nHost: a\r\n\#(lines)\r\n\r\n\#(body)GET /login HTTP/1.1\r\nHost: a\r\n\r\n""#
    }

    @Test func `requests that a proxy could understand otherwise are refused, and end the connection`() async throws {
        let requests = [
            Self.post(#"Content-Length: 5\r\nTransfer-Encoding: chunked"#, body: #"0\r\n\r\n"#),
            Self.post(#"Transfer-Encoding: chunked\r\nContent-Length: 5"#, body: #"0\r\n\r\n"#),
            Self.post(#"Content-Length: 0\r\nContent-Length: 40"#, body: ""),
            Self.post(#"Content-Length: 5\r\nContent-Length: 5"#, body: "abcde"),
            Self.post("Transfer-Encoding: xchunked", body: #"0\r\n\r\n"#),
            Self.post(#"Transfer-Encoding: identity\r\nContent-Length: 3"#, body: "abc"),
            Self.post("Transfer-Encoding : chunked", body: #"0\r\n\r\n"#),
            Self.post("Content-Length: +5", body: "abcde"),
            Self.post("Host: b", body: ""),
            Self.post(" Folded: x", body: ""),
            #"b"GET /login HTTP/1.1\r\n\r\n""#,
            #"b"GET http://b/login HTTP/1.1\r\nHost: a\r\n\r\n""#,
            #"b"GET /login\0 HTTP/1.1\r\nHost: a\r\n\r\n""#,
            #"b"\x16\x03\x01 no HTTP at all\r\n\r\n""#,
        ]
        try await withSite { site async throws in
            let answers = try await send(requests, to: site)
            for (request, answer) in zip(requests, answers) {
                #expect(answer == "400 closed" || answer == "501 closed", "\(request)")
            }
            #expect(answers.count == requests.count)
        }
    }

    @Test func `what is too large or too slow is refused, and the connection ends`() async throws {
        let start = #"b"GET /login HTTP/1.1\r\nHost: a\r\n"#
        let cases = [
            (Self.post("Content-Length: 65537", body: ""), "413 closed"),
            (Self.post("Content-Length: 99999999999999999999999", body: ""), "400 closed"),
            (start + #"X: " + b"a" * 40000 + b"\r\n\r\n""#, "400 closed"),
            (start + #"" + b"X: a\r\n" * 200 + b"\r\n""#, "400 closed"),
            (#"b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n""#, "414 closed"),
            // Heads and bodies that never end, connections without a request, and those that are kept.
            (start + #"X-Slow: ""#, " closed"),
            (
                #"b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"#
                    + #"Content-Length: 10\r\n\r\nabc""#, "408 closed"
            ),
            (#"b"""#, " closed"),
            (start + #"\r\n""#, "200 closed"),
        ]
        try await withSite { site async throws in
            #expect(try await send(cases.map(\.0), to: site) == cases.map(\.1))
        }
    }

    @Test func `no path leads out of what is served`() async throws {
        try await withSite { site async throws in
            let paths = [
                "/nexus-backups/../../../../etc/passwd", "/nexus-backups/..%2f..%2fetc%2fpasswd",
                "/nexus-backups/nexus_backup_1.tar.gpg%00", "/nexus-backups/%6eexus_backup_1.tar.gpg",
                "/nexus-backups//nexus_backup_1.tar.gpg", "/nexus-backups/nexus_backup_1.tar.gpg/",
                "//nexus-backups/nexus_backup_1.tar.gpg", "/nexus-backups/.%2e/x",
                "/nexus-backups/nexus_backup_01.tar.gpg",
                "/nexus-backups/nexus_backup_1.json", "/assets/../web.toml", "/assets/..%2fweb.toml", "/.git/config",
                "/nexus-backups\\nexus_backup_1.tar.gpg",
            ]
            for path in paths {
                let status = try await site.status("--path-as-is -u x:\(site.token) '\(site.address)\(path)'")
                #expect(status == "404", "\(path)")
            }
        }
    }

    @Test func `wrong tokens are refused, and after a while not even looked at`() async throws {
        try await withSite { site async throws in
            let url = "\(site.address)/api/v1/session"
            var statuses: [String] = []
            for _ in 1...14 { statuses.append(try await site.status("-H 'Authorization: Bearer nxb_0' \(url)")) }
            #expect(statuses.prefix(10).allSatisfy { $0 == "401" })
            #expect(statuses.suffix(3).allSatisfy { $0 == "429" })
            #expect(try await site.status("-b 'nexus-backup=\(String(repeating: "0", count: 64))' \(url)") == "401")
            #expect(try await site.status("-H 'Authorization: Bearer \(site.readOnlyToken)' \(url)") == "200")
        }
    }

    @Test func `a client that takes nothing of its download is let go, and costs no memory while it lasts`()
        async throws
    {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                let id = try await service.makeExport(size: 20_000_000)
                try await service.withSite(configuration: "[limits]\nstall_timeout = 3\n") { site async throws in
                    // Each asks for everything, and reads nothing.
                    let script = """
                        import base64, socket, sys, time
                        peers = []
                        credentials = base64.b64encode(b"x:\(site.token)")
                        for _ in range(100):
                            peer = socket.create_connection(("127.0.0.1", \(site.port)))
                            peer.sendall(b"GET /nexus-backups/nexus_backup_\(id).tar.gpg HTTP/1.1\\r\\nHost: a\\r\\n"
                                b"Authorization: Basic " + credentials + b"\\r\\n\\r\\n")
                            peers.append(peer)
                        for peer in peers:
                            peer.recv(1, socket.MSG_PEEK)
                        with open("/proc/\(site.process.id)/status") as file:
                            print([line.split()[1] for line in file if line.startswith("VmRSS")][0])
                        def is_served(line):
                            fields = line.split()
                            return fields[1] == "0100007F:%04X" % \(site.port) and fields[3] == "01"
                        while any(map(is_served, open("/proc/net/tcp"))):
                            time.sleep(0.1)
                        for peer in peers:
                            peer.settimeout(30)
                            size = 0
                            while part := peer.recv(1 << 20):
                                size += len(part)
                            assert size < 20000000, size
                        """
                    let resident = try await shell("python3 -c '\(script)'")
                    #expect(Int(resident.filter { $0 != "\n" }) ?? .max < 200_000)
                }
            }
        }
    }

    @Test func `a client that takes little at a time gets all of its download`() async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                let id = try await service.makeExport(size: 20_000_000)
                try await service.withSite(configuration: "[limits]\nstall_timeout = 4\n") { site async throws in
                    // For a while so slow that what the kernel keeps ready for it lasts longer than that.
                    let script = """
                        import base64, socket, time
                        peer = socket.socket()
                        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                        peer.connect(("127.0.0.1", \(site.port)))
                        peer.sendall(b"GET /nexus-backups/nexus_backup_\(id).tar.gpg HTTP/1.1\\r\\nHost: a\\r\\n"
                            b"Connection: close\\r\\nAuthorization: Basic "
                            + base64.b64encode(b"x:\(site.token)") + b"\\r\\n\\r\\n")
                        size, end = 0, time.monotonic() + 10
                        while part := peer.recv(32768):
                            size += len(part)
                            if time.monotonic() < end:
                                time.sleep(0.3)
                        assert size > 20000000, size
                        """
                    try await shell("python3 -c '\(script)'")
                }
            }
        }
    }
}
