import BackupModel
import DBus
import SystemPackage
import TestSupport
import Testing

/// Downloads from the real programs, with the programs that people use for that.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct DownloadTests {
    private func withExport(
        size: Int = 8_000_000,
        configuration: String = "",
        _ body: (TestSite, SnapshotID) async throws -> Void
    ) async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                let id = try await service.makeExport(size: size)
                try await service.withSite(configuration: configuration) { try await body($0, id) }
            }
        }
    }

    @Test func `wget, curl and aria2c get an export byte for byte, and its checksum is right`() async throws {
        try await withExport { site, id async throws in
            let name = "nexus_backup_\(id).tar.gpg"
            let commands = [
                "wget -q --user any --password \(site.token) \(site.url(id)) \(site.url(id)).sha256",
                "curl -sSf -u robot:\(site.readOnlyToken) -O \(site.url(id)) -O \(site.url(id)).sha256",
                """
                aria2c -q -x4 -s4 -k1M --header='Authorization: Bearer \(site.token)' \(site.url(id))
                curl -sSf -H 'Authorization: Bearer \(site.token)' -O \(site.url(id)).sha256
                """,
            ]
            for (number, command) in commands.enumerated() {
                let directory = site.directory.appending("get-\(number)")
                try await shell(
                    "mkdir \(directory); cd \(directory); \(command); sha256sum --check --quiet \(name).sha256"
                )
                try await shell("cmp \(directory)/\(name) \(site.service.backups)/\(name)")
            }
            // The secret of a token reaches no log.
            #expect(!site.log.contains(site.token.dropFirst(4)) && site.log.contains("robot GET /nexus-backups/"))
        }
    }

    @Test func `a broken download is resumed by wget, curl and aria2c`() async throws {
        try await withExport { site, id async throws in
            let name = "nexus_backup_\(id).tar.gpg"
            let original = "\(site.service.backups)/\(name)"
            let commands = [
                "wget -q -c --user any --password \(site.token) \(site.url(id))",
                "curl -sSf -C - -u any:\(site.token) -O \(site.url(id))",
                "aria2c -q -c -x4 -s4 -k1M --http-user=any --http-passwd=\(site.token) \(site.url(id))",
            ]
            for (number, command) in commands.enumerated() {
                let directory = site.directory.appending("resume-\(number)")
                // What is there is right up to where it ends, and is not sent again.
                try await shell(
                    "mkdir \(directory); cd \(directory); head -c 3000001 \(original) > \(name); \(command)"
                )
                try await shell("cmp \(directory)/\(name) \(original)")
            }
            #expect(site.log.contains(" 206 "))
        }
    }

    @Test func `parts, conditions and heads are answered as the standard says`() async throws {
        try await withExport { site, id async throws in
            let url = "-H 'Authorization: Bearer \(site.token)' \(site.url(id))"
            let original = "\(site.service.backups)/nexus_backup_\(id).tar.gpg"
            for (range, command) in [
                ("0-9", "head -c 10"), ("1000000-3999999", "tail -c +1000001 | head -c 3000000"),
                ("-70000", "tail -c 70000"),
                ("4095-", "tail -c +4096"),
            ] {
                try await shell("cmp <(curl -sSf -r \(range) \(url)) <(cat \(original) | \(command))")
            }
            #expect(try await site.status("-r 99999999999- \(url)") == "416")
            #expect(try await site.status("-r 0-1,5-6 \(url)") == "200")
            let head = try await shell("curl -sSI -r 0-1 \(url)")
            let size = try await shell("stat -c %s \(original)").filter { $0 != "\n" }
            #expect(head.contains("200 OK") && head.contains("Content-Length: \(size)"))
            let tag = try #require(head.firstMatch(of: /ETag: (\S+)/)?.1)
            #expect(try await site.status("-H 'If-None-Match: \(tag)' \(url)") == "304")
            #expect(try await site.status("-r 0-1 -H 'If-Range: \(tag)' \(url)") == "206")
            #expect(try await site.status("-r 0-1 -H 'If-Range: \"x\"' \(url)") == "200")
            #expect(try await site.status("-H 'If-Match: \"x\"' \(url)") == "412")
            let sum = try await shell("openssl dgst -sha256 -binary < \(original) | base64").filter { $0 != "\n" }
            #expect(head.contains("Repr-Digest: sha-256=:\(sum):"))
        }
    }

    @Test func `a file that is deleted under a download is still there for it, and for nobody else`() async throws {
        try await withExport(size: 30_000_000) { site, id async throws in
            let original = "\(site.service.backups)/nexus_backup_\(id).tar.gpg"
            let sum = try await shell("sha256sum < \(original)")
            async let download = shell(
                "curl -sSf --limit-rate 20M -H 'Authorization: Bearer \(site.token)' \(site.url(id)) | sha256sum"
            )
            try await eventually("the download to begin") { site.log.contains("full GET /nexus-backups/") }
            _ = try await site.service.call(ServiceNames.backup, "Delete", [.uint32(id)])
            #expect(try await download == sum)
            #expect(try await site.status("-H 'Authorization: Bearer \(site.token)' \(site.url(id))") == "404")
        }
    }

    @Test func `nobody downloads without a token, unless the configuration says so`() async throws {
        try await withExport(size: 1000) { site, id async throws in
            #expect(try await site.status(site.url(id)) == "401")
            #expect(try await site.status("-u full:wrong \(site.url(id))") == "401")
            #expect(try await site.status("-u full:\(site.token) \(site.url(id))") == "200")
            _ = try await TestSite.token("revoke full", site.directory)
            #expect(try await site.status("-u full:\(site.token) \(site.url(id))") == "401")
            try await site.service.withSite(configuration: "downloads = \"open\"\n") { open async throws in
                #expect(try await open.status(open.url(id)) == "200")
                #expect(try await open.status("\(open.address)/api/v1/session") == "401")
            }
        }
    }

    @Test func `over TLS downloads are whole, and browsers are told to stay with it`() async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                let id = try await service.makeExport(size: 3_000_000)
                let files = service.bus.directory
                try await shell(
                    """
                    cd \(files); openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
                        -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null; chmod 644 key.pem
                    """
                )
                let tls = "[tls]\ncertificate = \"\(files)/cert.pem\"\nkey = \"\(files)/key.pem\"\n"
                try await service.withSite(configuration: tls) { site async throws in
                    let url = site.url(id).replacing("http:", with: "https:")
                    let curl = "curl -sSf --cacert \(files)/cert.pem -u x:\(site.token)"
                    try await shell("cmp <(\(curl) \(url)) \(service.backups)/nexus_backup_\(id).tar.gpg")
                    #expect(try await shell("\(curl) -I \(url)").contains("Strict-Transport-Security: max-age="))
                }
            }
        }
    }

    @Test func `a bus or a daemon that ends and comes back is used again`() async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withSite { site async throws in
                let url = "-u x:\(site.token) \(site.url(1))"
                #expect(try await site.status(url) == "503")
                for _ in 1...2 {
                    try await service.withDaemon { _ async throws in #expect(try await site.status(url) == "404") }
                    try await eventually("the service to be missed") { try await site.status(url) == "503" }
                }
            }
        }
    }

    @Test func `a service that ends while it is asked is told of as such`() async throws {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withSite { site async throws in
                let command = "-H 'Authorization: Bearer \(site.token)' \(site.url(1))"
                var status = ""
                // Before the request has got to the bus, there is no service instead.
                for patience in [1, 4, 16] where status != "502" {
                    try await service.withDaemon { daemon async throws in
                        try await shell("kill -STOP \(daemon.id)")
                        async let answer = site.status(command)
                        try await Task.sleep(for: .seconds(patience))
                        try daemon.kill()
                        status = try await answer
                    }
                    #expect(["502", "503"].contains(status))
                    try await eventually("the service to be missed") { try await site.status(command) == "503" }
                }
                #expect(status == "502")
            }
        }
    }

    @Test func `a service that is told to end lets downloads go on for a while, and no longer`() async throws {
        try await withExport(size: 30_000_000) { site, id async throws in
            async let slow = shell(
                "curl -sS --limit-rate 50K --max-time 15 -o /dev/null -u x:\(site.token) \(site.url(id)) 2>&1 || true"
            )
            try await eventually("the download to begin") { site.log.contains("full GET /nexus-backups/") }
            let start = ContinuousClock.now
            try site.process.terminate()
            try await eventually("nexus-web to end") { processFile(site.process.id, "cmdline").isEmpty }
            #expect(ContinuousClock.now - start > .seconds(5))
            _ = try await slow
        }
    }
}
