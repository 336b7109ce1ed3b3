import BackupModel
import Client
import DBus
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

extension TestService {
    /// Takes a snapshot and exports it.
    func exported() async throws -> SnapshotID {
        let id = try await createSnapshot()
        _ = try await call(ServiceNames.backup, "Create", [.uint32(id), .string(Self.password)])
        let outcome = try await untilExported(id)
        guard outcome.result == "done" else { throw Unexpected("the export failed: \(outcome.error)") }
        return id
    }

    /// Uses a client as root.
    func withBackups<Outcome: Sendable>(_ body: (BackupClient) async throws -> Outcome) async throws -> Outcome {
        let connection = try await bus.connect()
        do {
            let outcome = try await body(BackupClient(connection: connection))
            await connection.close()
            return outcome
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Returns when the index of the export of `id` is complete.
    func untilIndexed(_ id: SnapshotID, _ backups: BackupClient) async throws {
        try await eventually("the index of \(id); the daemon said: \(logText())") {
            do {
                _ = try await backups.files(id)
                return true
            } catch {
                guard (error as? BackupError)?.code == .busy else { throw error }
                return false
            }
        }
    }

    /// Expects that nothing is left where the worker keeps the entries aside.
    func expectNoEntries() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: snapshots.string)
        #expect(!names.contains { $0.contains("entries") })
    }
}

extension BackupClient {
    /// All entries of an export with their whole paths, in the order of the listings.
    func tree(of id: SnapshotID, at path: [UInt8] = []) async throws -> [FileEntry] {
        var entries: [FileEntry] = []
        for var entry in try await files(id, at: path, FilePage(limit: 10_000)) {
            entry.path = path + (path.isEmpty ? [] : [UInt8(ascii: "/")]) + entry.path
            entries.append(entry)
            if entry.kind == .directory { entries += try await tree(of: id, at: entry.path) }
        }
        return entries
    }
}

/// Expects that `body` fails with an error of a code, whose message has `text` in it.
func expectError<Outcome>(
    _ code: BackupError.Code,
    _ text: String = ".",
    _ body: () async throws -> Outcome
) async {
    do {
        _ = try await body()
        Issue.record("it should have failed with \(code)")
    } catch {
        #expect((error as? BackupError)?.code == code, "\(error)")
        #expect((error as? BackupError)?.message.contains(text) == true, "\(error)")
    }
}
