import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage

extension TestService {
    var passwordOption: [String: Value] { ["password": .string(Self.password)] }

    /// A snapshot with a finished export.
    func exportedSnapshot() async throws -> SnapshotID {
        let id = try await createSnapshot()
        _ = try await call(ServiceNames.backup, "Create", [.uint32(id), .string(Self.password)])
        let end = try await untilExported(id)
        guard end.result == "done" else { throw Unexpected("the export: \(end)") }
        return id
    }

    /// A new, empty directory.
    func makeTarget(_ name: String = UUID().uuidString) throws -> FilePath {
        let path = root.appending("target-\(name)")
        try makeDirectories(path, permissions: FilePermissions(rawValue: 0o755))
        return path
    }

    /// Starts a restoration.
    func restore(
        _ id: SnapshotID,
        _ paths: [[UInt8]] = [],
        targetBytes: [UInt8],
        _ options: [String: Value]
    ) async throws {
        let paths = Value.array(of: "ay", paths.map { .bytes($0) })
        _ = try await call(
            ServiceNames.backup,
            "Restore",
            [.uint32(id), paths, .bytes(targetBytes), .properties(options)]
        )
    }

    /// Starts a restoration of everything; nil for the original places.
    func restore(_ id: SnapshotID, target: FilePath?, _ options: [String: Value]) async throws {
        try await restore(id, targetBytes: target?.bytes ?? [], options)
    }

    /// What `Status` says after a restoration.
    func restored(
        _ id: SnapshotID,
        _ paths: [[UInt8]] = [],
        target: FilePath?,
        _ options: [String: Value]? = nil
    ) async throws -> [String: Value] {
        try await restore(id, paths, targetBytes: target?.bytes ?? [], options ?? passwordOption)
        _ = try await untilExported(id)
        return try await status()
    }
}
