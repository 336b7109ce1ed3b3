import ArgumentParser
import BackupModel
import WebTokens

/// `nexus-backup web token revoke`.
struct WebTokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a token at once, and ends the sessions that were opened with it."
    )

    @Argument(help: ArgumentHelp("The token's name, as `web token list` shows it.", valueName: "name"))
    var name: String

    @OptionGroup var options: TokenFileOptions

    func run() async throws {
        try options.tokenFile.change(group: options.groupID()) { list throws(BackupError) in try list.revoke(name) }
        guard options.json else { return }
        try Console.current.print(json: ["name": name])
    }
}
