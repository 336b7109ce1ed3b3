import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport

/// A web service beside a daemon on a private bus, which runs as a user without any right but the installed grant.
struct TestSite: Sendable {
    /// Stands for `nexus-web`, which is not there before an installation.
    static let user = "nobody"

    let service: TestService
    let directory: FilePath
    let process: ChildProcess
    let port: Int
    let token: String
    let readOnlyToken: String

    var address: String { "http://127.0.0.1:\(port)" }
    var log: String { (try? String(contentsOfFile: directory.appending("web.log").string, encoding: .utf8)) ?? "" }

    /// Where export `id` is downloaded from.
    func url(_ id: SnapshotID) -> String {
        "\(address)/nexus-backups/nexus_backup_\(id).tar.gpg"
    }

    /// Runs the program `nexus-backup` with the tokens of this site.
    static func token(_ words: String, _ directory: FilePath) async throws -> String {
        let program = try executableDirectory().appending("nexus-backup").string
        let command = "\(program) web token \(words) --file \(directory)/tokens.json --group nogroup 2>/dev/null"
        return try await shell(command).filter { $0 != "\n" }
    }

    /// What curl prints of the status and the size of a response.
    func status(_ arguments: String) async throws -> String {
        try await shell("curl -sS --max-time 60 -o /dev/null -w '%{http_code}' \(arguments)")
    }
}

extension TestService {
    /// The installed grant of the web service, for the user that stands for `nexus-web`.
    static func webRules() throws -> TextFile {
        let file = try TextFile(copying: repository.appending("polkit/51-nexus-web.rules"))
        return TextFile(file.name, file.text.replacing("\"nexus-web\"", with: "\"\(TestSite.user)\""))
    }

    /// Runs a web service during `body`.
    func withSite<Outcome: Sendable>(
        configuration: String = "",
        _ body: (TestSite) async throws -> Outcome
    ) async throws -> Outcome {
        let directory = bus.directory.appending("web-\(UInt32.random(in: .min ... .max))")
        try makeDirectories(directory, permissions: FilePermissions(rawValue: 0o755))
        let (token, readOnly) = (
            try await TestSite.token("add full", directory),
            try await TestSite.token("add robot --read-only", directory)
        )
        try await shell(
            "cat > \(directory)/web.toml",
            input: "[server]\nlisten = [\"127.0.0.1:0\"]\n" + configuration
        )
        let program = try executableDirectory().appending("nexus-web").string
        let log = directory.appending("web.log")
        let command = [
            program, "--config", "\(directory)/web.toml", "--tokens", "\(directory)/tokens.json", "--address",
            bus.address.text,
        ]
        let arguments = ["setpriv", "--reuid=\(TestSite.user)", "--regid=nogroup", "--clear-groups"] + command
        return try await withChildProcess(arguments, log: log) { process in
            var port = 0
            try await eventually("nexus-web to listen") {
                let text = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
                port = text.firstMatch(of: /listening on 127.0.0.1:(\d+)/).flatMap { Int($0.1) } ?? 0
                return port > 0
            }
            return try await body(
                TestSite(
                    service: self,
                    directory: directory,
                    process: process,
                    port: port,
                    token: token,
                    readOnlyToken: readOnly
                )
            )
        }
    }

    /// Makes a snapshot and its export, with `size` random bytes in it, and returns the id.
    func makeExport(size: Int) async throws -> SnapshotID {
        try await shell("head -c \(size) /dev/urandom > \(root)/broot/data/noise")
        let id = try await createSnapshot()
        _ = try await call(ServiceNames.backup, "Create", [.uint32(id), .string(Self.password)])
        guard try await untilExported(id).result == "done" else { throw Unexpected("a failed export") }
        return id
    }
}
