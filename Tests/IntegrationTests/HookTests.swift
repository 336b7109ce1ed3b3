import BackupModel
import DBus
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// The hook that BackupPC calls, against the real service.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct HookTests {
    private func runHook(_ service: TestService, _ arguments: String...) async throws -> CommandResult {
        let password = service.root.appending("password")
        try await shell("umask 077; echo '\(TestService.password)' > \(password)")
        return try await service.bus.run(
            [repository.appending("Scripts/hooks/backuppc-pre-dump").string, "--password-file", password.string]
                + arguments,
            environment: ["NEXUS_BACKUP": executableDirectory().appending("nexus-backup").string]
        )
    }

    @Test func `it makes a backup that opens with its password, and prints where that is`() async throws {
        try await withService { service in
            try await shell("echo hello > \(service.root)/broot/data/file")
            try await service.withDaemon { _ in
                let result = try await runHook(service, "--description", "from the hook")
                #expect(result.status == 0, "\(result.errors)")
                let export = service.backups.appending("nexus_backup_1.tar.gpg")
                #expect(result.output == "\(export)\n")
                try await open(export, password: TestService.password, into: service.root.appending("opened"))
                let text = try await shell("cat \(service.root)/opened/data/file")
                #expect(text == "hello\n")
            }
        }
    }

    @Test func `when the export fails it says why in one line and takes its snapshot back`() async throws {
        try await withService { service in
            try await shell("head -c 20000000 /dev/urandom > \(service.root)/broot/data/noise")
            try makeDirectories(service.backups, permissions: [.ownerReadWriteExecute])
            try await shell("mount -t tmpfs -o size=4m nexus-test \(service.backups)")
            do {
                try await service.withDaemon { _ in
                    let result = try await runHook(service)
                    #expect(result.status == BackupError.Code.noSpace.exitStatus, "\(result.errors)")
                    #expect(result.errors.split(separator: "\n").count == 1)
                    #expect(result.errors.contains("space"))
                }
                let left = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
                #expect(left == [".next-id"])
                try await shell("umount \(service.backups)")
            } catch {
                try await shell("umount \(service.backups)")
                throw error
            }
        }
    }

    @Test func `without a service it fails with one line that says what to do`() async throws {
        try await withService { service in
            let result = try await runHook(service)
            #expect(result.status != 0)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains("systemctl start"))
        }
    }
}
