import BackupModel
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// `nexus-backup export` with the real service.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ExportCommandTests {
    private func export(_ service: TestService, to output: String) async throws -> CommandResult {
        try await shell("umask 077; echo '\(TestService.password)' > \(service.root)/password")
        let program = try executableDirectory().appending("nexus-backup")
        let script = "\(program) export 1 --password-file \(service.root)/password \(output)"
        return try await service.bus.run(["bash", "-o", "pipefail", "-c", script])
    }

    @Test(arguments: ["> export.tar.gpg", "| cat > export.tar.gpg"])
    func `what it writes opens with gpg and tar, and is nowhere else`(output: String) async throws {
        try await withService { service in
            try await shell("head -c 3000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                _ = try await service.createSnapshot()
                let place = output.replacing("export.tar.gpg", with: "\(service.root)/export.tar.gpg")
                let result = try await export(service, to: place)
                #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
                #expect(result.errors.hasSuffix("The export of snapshot 1 is complete.\n"))
                let opened = service.root.appending("opened")
                try await open(service.root.appending("export.tar.gpg"), password: TestService.password, into: opened)
                try await shell("cmp \(opened)/data/noise \(service.root)/broot/data/noise")
                #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
            }
        }
    }

    @Test func `where nobody reads any more it ends, and the exit status tells`() async throws {
        try await withService { service in
            try await shell("head -c 30000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                _ = try await service.createSnapshot()
                let result = try await export(service, to: "| head -c 1000 > /dev/null")
                #expect(result.status == BackupError.Code.cancelled.exitStatus)
                #expect(result.errors.hasSuffix("The export of snapshot 1 was cancelled.\n"))
            }
        }
    }
}
