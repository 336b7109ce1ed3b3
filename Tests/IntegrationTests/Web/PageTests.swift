import DBus
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// The page and the API, as people and programs use them: the real service, bus and polkitd, a real browser.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct PageTests {
    private static let python = repository.appending(".build/python/bin/python").string

    /// The example that lets the web service restore, for the user that stands for `nexus-web`.
    private static func restoreRules() throws -> TextFile {
        let file = try TextFile(copying: repository.appending("polkit/examples/52-nexus-web-restore.rules"))
        return TextFile(file.name, file.text.replacing("\"nexus-web\"", with: "\"\(TestSite.user)\""))
    }

    /// Runs `body` with a site whose exports take a few seconds, so that there is something to watch and to cancel. They go on
    /// also on a busy machine: how exports make way for others is not what is tested here.
    private func withSlowSite(
        rate: Int = 2_000_000,
        _ body: (TestSite, ChildProcess) async throws -> Void
    ) async throws {
        guard FileManager.default.isExecutableFile(atPath: Self.python) else {
            throw Unexpected("no \(Self.python), which Scripts/test makes")
        }
        try await withService(rules: [TestService.webRules(), Self.restoreRules()]) { service async throws in
            try await shell(
                """
                cd \(service.root); mkdir -p etc/nexus-backup broot/system/etc broot/data/photos
                printf '[export]\\nmax_rate = \(rate)\\nio_priority = "best-effort"\\n' > etc/nexus-backup/config.toml
                echo demo.example > broot/system/etc/hostname; echo '127.0.0.1 localhost' > broot/system/etc/hosts
                ln -s hostname broot/system/etc/name; echo Grüße > 'broot/data/photos/Ein Name mit Umläuten.txt'
                mkdir -p broot/data/strange/$'\\xff'; echo x > broot/data/strange/$'\\xff'/below
                head -c 12000000 /dev/urandom > broot/data/noise
                """
            )
            try await service.withDaemon { daemon async throws in
                try await service.withSite { try await body($0, daemon) }
            }
        }
    }

    @Test func `people get along with the page, in a browser`() async throws {
        try await withSlowSite { site, daemon async throws in
            let service = site.service
            let programs = try executableDirectory()
            let identifier = service.bus.directory.appending("second-daemon.pid")
            let start = """
                setsid \(programs)/nexus-backupd --address \(service.bus.address.text) --root \(service.root) \
                >> \(service.log) 2>&1 < /dev/null & echo $! > \(identifier)
                """
            try await shell(
                """
                trap 'if [[ -s \(identifier) ]]; then kill "$(cat \(identifier))"; fi' EXIT
                export NEXUS_STOP_COMMAND='kill \(daemon.id)' NEXUS_START_COMMAND='\(start)'
                export NEXUS_TOKEN_COMMAND='\(programs)/nexus-backup web token'
                export NEXUS_TOKEN_OPTIONS='--file \(site.directory)/tokens.json --group nogroup'
                \(environment(of: site)) timeout 540 \(Self.python) -B \(repository)/Tests/Browser >&2
                """
            )
        }
    }

    @Test func `the API is as its description says`() async throws {
        try await withSlowSite { site, _ async throws in
            try await shell(
                "\(environment(of: site)) timeout 300 \(Self.python) -B \(repository)/Tests/API/conformance.py >&2"
            )
        }
    }

    @Test func `schemathesis finds nothing in the API`() async throws {
        try await withSlowSite(rate: 0) { site, _ async throws in
            try await shell(
                """
                cd \(site.directory); \(environment(of: site)) timeout 200 \(repository)/.build/python/bin/schemathesis \
                --config-file \(repository)/Tests/API/schemathesis.toml --no-color \
                run \(site.address)/api/v1/openapi.json --header 'Authorization: Bearer \(site.token)' >&2
                """
            )
        }
    }

    @Test func `hundreds of clients that ask and download at once are all served, in bounded memory`() async throws {
        try await withSlowSite(rate: 0) { site, _ async throws in
            let id = try await site.service.makeExport(size: 32_000_000)
            let output = try await shell(
                """
                \(environment(of: site)) timeout 200 \(Self.python) -B \(repository)/Tests/API/load.py \
                --seconds 5 --pid \(site.process.id) --file /nexus-backups/nexus_backup_\(id).tar.gpg
                """
            )
            #expect(output.contains("\"errors\": 0"), "\(output)")
        }
    }

    private func environment(of site: TestSite) -> String {
        """
        NEXUS_ADDRESS='\(site.address)' NEXUS_TOKEN='\(site.token)' NEXUS_READ_ONLY_TOKEN='\(site.readOnlyToken)' \
        NEXUS_ROOT='\(site.service.root)'
        """
    }
}
