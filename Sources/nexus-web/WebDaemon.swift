import ArgumentParser
import BackupModel
import Configuration
import DBus
import Linux
import Logging
import SystemPackage
import Web
import WebTokens

/// The web service's command line.
@main
struct WebDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexus-web",
        abstract: "Serve the page, the API and the downloads of nexus-backup over HTTP.",
        discussion: """
            The service is a client of nexus-backupd like any other, and may do what polkit grants to its user. Without options \
            it reads /etc/nexus-backup/web.toml, where that file exists. `nexus-backup web token add NAME` lets somebody in.
            """,
        version: Version.current
    )

    @Option(help: "Read the configuration from this file.")
    var config: String?

    @Flag(help: "Say whether the configuration is right, naming the line that is not, and end.")
    var checkConfig = false

    @Option(help: "Look for the backup service on the bus at this D-Bus address instead of the system bus.")
    var address: String?

    @Option(help: "Read the tokens from this file.")
    var tokens: String = TokenFile.defaultPath.string

    static func main() async {
        keepDispatchQuiet()
        await main(nil)
    }

    func run() async throws {
        hardenProcess()
        let logger = Logger(label: "nexus-web") { StreamLogHandler.standardError(label: $0) }
        do {
            let settings = try config.map { try WebConfiguration.load(from: FilePath($0)) } ?? .loadDefault()
            let server = try WebServer(
                configuration: settings,
                bus: address.map { BusAddress($0) } ?? .system,
                tokens: TokenFile(FilePath(tokens)),
                logger: logger
            )
            if checkConfig {
                print("The configuration is right.")
                return
            }
            try await server.run()
        } catch let error as BackupError {
            throw ValidationError(error.message)
        }
    }
}
