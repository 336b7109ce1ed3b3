import BackupModel
import DBus
import FoundationEssentials
import Glibc
import Linux
import SystemPackage
import TestSupport

/// A private bus with the policy that is installed, a polkitd that knows the actions that are installed, and a directory in
/// which daemons are started one after another.
struct TestService: Sendable {
    /// The user that the example `.pkla` names, and nobody else's rights.
    static let grantedUser = "remotebackup"
    /// A user without any grant.
    static let strangerUser = "daemon"
    static let password = "correct horse ☃"

    let bus: PrivateBus
    /// What the daemon takes for `/`.
    let root: FilePath

    var backups: FilePath { root.appending("broot/backups") }
    var snapshots: FilePath { root.appending("broot/snapshot/snapshots") }
    var log: FilePath { bus.directory.appending("daemon.log") }

    /// What the daemon has written to its log so far.
    func logText() -> String {
        (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
    }

    /// Runs a daemon during `body`.
    func withDaemon<Outcome: Sendable>(
        prefix: [String] = [],
        options: [String] = [],
        _ body: (ChildProcess) async throws -> Outcome
    ) async throws -> Outcome {
        let program = try executableDirectory().appending("nexus-backupd").string
        let command = prefix + [program, "--address", bus.address.text, "--root", root.string] + options
        return try await withChildProcess(command, log: log) { daemon in
            try await untilServed()
            return try await body(daemon)
        }
    }

    /// The options that give a daemon this configuration.
    func configuration(_ text: String) throws -> [String] {
        let file = root.appending("config.toml")
        try Data(text.utf8).write(to: URL(filePath: file.string))
        return ["--config", file.string]
    }

    /// Returns when the service has its names.
    func untilServed() async throws {
        let connection = try await bus.connect()
        try await eventually("the daemon to serve; it said: \(logText())") {
            (try? await connection.userID(of: ServiceNames.backup)) != nil
        }
        await connection.close()
    }

    /// Calls a method as root from a connection of its own.
    func call(_ interface: String, _ member: String, _ arguments: [Value] = []) async throws -> [Value] {
        let connection = try await bus.connect()
        do {
            let path = interface == ServiceNames.backup ? ServiceNames.backupPath : ServiceNames.snapshotPath
            let reply = try await connection.call(interface, path, interface, member, arguments, timeout: .seconds(120))
            await connection.close()
            return reply
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Takes a snapshot as root.
    func createSnapshot(_ description: String = "a test") async throws -> SnapshotID {
        let reply = try await call(ServiceNames.snapshot, "Create", [.bool(true), .bool(true), .string(description)])
        guard let id: SnapshotID = reply.first?.integer() else { throw Unexpected("the reply \(reply)") }
        return id
    }

    /// What `Backup1.Status` says.
    func status() async throws -> [String: Value] {
        try await call(ServiceNames.backup, "Status").first?.propertyEntries ?? [:]
    }

    /// Waits, as the contract has it, until the export of `id` has ended, and returns `last_result` and `last_error`.
    func untilExported(_ id: SnapshotID) async throws -> (result: String, error: String) {
        try await eventually("the export of \(id) to end", within: .seconds(300)) {
            try await status()["id"]?.integer() != id
        }
        let last = try await status()
        return (last["last_result"]?.string ?? "", last["last_error"]?.string ?? "")
    }
}

/// Runs `body` with a bus, a polkitd and a root directory whose sources `system` and `data` are plain directories, or
/// subvolumes of a btrfs of their own.
///
/// - Parameter authorizations: `.pkla` files beside the example.
func withService<Outcome: Sendable>(
    polkit: Bool = true,
    authorizations: [TextFile] = [],
    rules: [TextFile] = [],
    filesystem: TestFilesystem = .host,
    _ body: (TestService) async throws -> Outcome
) async throws -> Outcome {
    guard unsafe getpwnam(TestService.grantedUser) != nil else {
        throw Unexpected(
            "no user \(TestService.grantedUser); run Scripts/test, or `useradd --system \(TestService.grantedUser)`"
        )
    }
    let options = try PrivateBusOptions(
        // polkit's own policy too, for what takes its place on a bus without it.
        policies: [
            repository.appending("dbus/tech.noreya.nexus-backup.conf"),
            "/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf",
        ],
        polkit: polkit
            ? PolkitOptions(
                actions: [TextFile(copying: repository.appending("polkit/tech.noreya.nexus-backup.policy"))],
                authorizations: [TextFile(copying: repository.appending("polkit/examples/nexus-backup.pkla"))]
                    + authorizations,
                rules: rules
            ) : nil
    )
    return try await withPrivateBus(options) { bus in
        try await filesystem.withDirectory { root in
            for source in ["system", "data"] {
                try await filesystem.makeSource(root.appending("broot/\(source)"))
            }
            return try await body(TestService(bus: bus, root: root))
        }
    }
}

/// Where a test's root directory is.
enum TestFilesystem: Sendable, CaseIterable {
    case host
    case btrfs

    func withDirectory<Outcome: Sendable>(_ body: (FilePath) async throws -> Outcome) async throws -> Outcome {
        switch self {
        case .host: try await withTemporaryDirectory(body)
        case .btrfs: try await withBtrfsImage(body)
        }
    }

    func makeSource(_ path: FilePath) async throws {
        switch self {
        case .host:
            try makeDirectories(path, permissions: FilePermissions(rawValue: 0o755))
        case .btrfs:
            try makeDirectories(path.removingLastComponent(), permissions: FilePermissions(rawValue: 0o755))
            try await shell("btrfs -q subvolume create \(path)")
        }
    }
}

/// The root of the sources.
let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .removingLastComponent()

/// Something a test did not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Returns when `condition` holds; throws after `patience`.
func eventually(
    _ what: @autoclosure () -> String,
    within patience: Duration = .seconds(60),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Unexpected("waited in vain for \(what())") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
