import ArgumentParser
import BackupModel
import Client

/// `nexus-backup status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Gives an overview, and says what to look at.",
        discussion: """
            It tells of the last backup, of what runs and of how much room there is. What to look at is a reboot that is \
            required, a job that failed, that there is no backup or none of the last seven days, and too little room for \
            another one.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let overview = try await options.withClients { try await Overview.load($0, $1) }
        let console = Console.current
        guard !options.json else {
            return try console.print(json: OverviewDocument(overview, now: console.now))
        }
        for line in overview.details(now: console.now).lines { try console.print(line) }
    }
}
